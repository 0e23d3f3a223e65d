// Package linktest holds the other side of a link protocol connection, for tests and for the demo: a peer that plays a script
// (Script), what real servers say (PeerScript), and a TCP proxy that breaks connections on demand (FaultProxy). It knows
// nothing of our own client and server, so a mistake of theirs is not repeated here.
//
// # Scripts
//
// A script is what a peer does on one connection, one step per line. It is read from the peer's side of the table: what
// leaves the peer is marked <, what must arrive at it >.
//
//	# a comment; empty lines and blanks before a step do not count
//	== command            a dialogue begins; its name is one word
//	< +OK - Success.      the peer sends this line, CR LF is added
//	<< "1 \r\n2\r\n"      the peer sends these bytes, a Go string, in one write
//	> USER admin          the client must send this line, ended with CR LF
//	> SEND 0,20,3,*       a * stands for any text, also none
//	wait 2s               the peer is silent for this long (fake time in a synctest bubble)
//	may close             from here on the client may close instead of sending what is expected
//	use login             the steps of a dialogue above in the same file
//	close                 last step: the peer closes the connection
//	stall                 last step: the peer stays, silent, whatever it is sent, until the client closes
//
// Steps before the first == form a dialogue with the name of the file. A line from the client is compared exactly, only its
// first word in any case. < and > alone are an empty line. A line that ends with a blank or holds a control byte has to be
// written with <<, where it can be seen.
//
// A dialogue without close and stall ends with the client closing: one more line from it is a mistake.
//
// # What is a failure
//
// What the client sends, and what it owes, is checked: a wrong line, a line ended with LF only, a close in place of an expected
// line, a line after the end. What it leaves unread is not, since a peer cannot know. What the client sends while the peer
// writes or waits is kept until it is expected, so neither side waits for the other on an unbuffered net.Pipe.
//
// At the end of a test the waits are cut short, and what the client still owes must come within two seconds.
package linktest
