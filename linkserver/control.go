package linkserver

// cmdUnsupported refuses TEST, SHUTDOWN and RESTART: a client does not command our process.
func (s *session) cmdUnsupported(string) { s.refuse(ReasonUnsupported, replyUnsupported) }

// cmdBinary refuses BINARY: encrypted frames on a stream have no length, so the mode is not specified well enough.
func (s *session) cmdBinary(string) { s.refuse(ReasonUnsupported, replyNoBinary) }
