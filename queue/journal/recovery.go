package journal

import "fmt"

// maxFindings bounds the details in a Recovery, and what one Open copies into quarantine. Everything is counted.
const maxFindings = 100

// Recovery says what Open found. What lies below the cursor is not wanted any more, and what is wrong there is left out.
type Recovery struct {
	Segments int    // files with records that are still wanted
	Records  uint64 // records that are still wanted
	Acked    uint64 // records of these files that are not

	TornBytes       int64    // remains of writes that were under way, at the ends of segments; cut off
	DamagedRegions  int      // parts of segments that hold no valid record, with records lost
	DamagedBytes    int64    //
	KnownRegions    int      // parts that an earlier start told of, with a copy in quarantine; not in DamagedRegions
	KnownBytes      int64    //
	KnownRecords    uint64   // sequences that are not there for that reason; not in MissingRecords
	UnreadableBytes int64    // of what the disk refused to read; the file is left as it is
	MissingSegments int      // gaps in the sequence between segments that no damage explains
	MissingRecords  uint64   // sequences between the cursor and the last record that are not there, and not known
	ForeignFiles    []string // files that are none of ours; left alone
	Cursor          CursorState

	Findings []Finding // the details, at most 100
}

// Clean reports whether nothing was lost that no earlier start told of: torn writes, other people's files and a missing cursor in a
// new folder are no loss.
func (r Recovery) Clean() bool {
	return r.DamagedRegions == 0 && r.UnreadableBytes == 0 && r.MissingRecords == 0 && r.MissingSegments == 0 &&
		(r.Cursor == CursorOK || r.Cursor == CursorMissing && r.Records == 0)
}

// Quarantined returns how many of the findings have a copy in quarantine, also one that an earlier start made, and how many bytes
// these are of the files. Of what is longer than the limit only the beginning is kept.
func (r Recovery) Quarantined() (parts int, bytes int64) {
	for _, f := range r.Findings {
		if f.Quarantine != "" {
			parts, bytes = parts+1, bytes+f.Bytes
		}
	}
	return parts, bytes
}

func (r *Recovery) add(f Finding) {
	if len(r.Findings) < maxFindings {
		r.Findings = append(r.Findings, f)
	}
}

// Kind says what a finding is about.
type Kind uint8

// The kinds of findings.
const (
	Torn       Kind = iota // the end of a segment: a write that was under way
	Damaged                // a part of a segment without valid records
	Unreadable             // a file that the disk did not give, or not all of it
	Missing                // records that should be in front of this file
)

// String returns one word.
func (k Kind) String() string {
	return [...]string{Torn: "torn", Damaged: "damaged", Unreadable: "unreadable", Missing: "missing"}[k]
}

// Finding is one thing that Open found wrong.
type Finding struct {
	Kind       Kind
	File       string // path
	Offset     int64
	Bytes      int64
	Quarantine string // path of the copy; empty if there is none
	Known      bool   // an earlier start told of it, and its copy is in quarantine
	Err        error  // why something could not be read, copied or cut; nil if all went well
}

// String is for the log.
func (f Finding) String() string {
	s := fmt.Sprintf("%s: %s: %d bytes at %d", f.File, f.Kind, f.Bytes, f.Offset)
	if f.Known {
		s += ", known"
	}
	if f.Err != nil {
		s += ": " + f.Err.Error()
	}
	return s
}
