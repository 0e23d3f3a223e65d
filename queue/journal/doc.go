// Package journal keeps records in a folder so that they survive a crash: bytes in, the same bytes out, in order. It is the
// storage under a queue and knows nothing of what the bytes mean.
//
// # Promises
//
//   - A record is durable when Append returns (SyncAlways), or Options.Interval later at the latest (SyncInterval); with
//     SyncNever when the operating system pleases. Sync makes it so now, in each mode, and the cursor too. A crash of the process alone loses nothing that Append returned for.
//   - Records are delivered at least once: Ack says up to where they are no longer wanted, and this cursor is written at the
//     interval. After a crash, records that were acknowledged since are delivered again.
//   - What the files contain never stops Open: it cuts torn tails, goes on behind damage, and counts both.
//   - A failed Append took nothing, and may be repeated when there is room again. After a crash, though, its records may be
//     there after all.
//   - After a failed fsync nothing more is written to that segment: the system may have dropped the data and call the next
//     fsync a success. What SyncInterval had there is in doubt and counted (Stats.Doubtful).
//
// The cursor is durable before a segment is unlinked, and what it passes is durable before the cursor is, except in segments
// that it passes whole: those are unlinked without having been synced.
//
// # Files
//
//	00000000000000000001.seg   a segment, named by the sequence of its first record in decimal, 20 digits
//	cursor                     the first sequence that is still wanted, twice
//	lock                       locked while the journal is open
//	quarantine/                copies of damaged parts, and segments without any valid record; the oldest are removed
//
// The name of a copy is FILE-OFFSET-SIZE.bad, with -FROM-TO before .bad if what leaves its file held wanted records of these
// sequences. While the copy is there, the damage is known, and no start tells of it again.
//
// Look reads them without the lock and changes nothing, also while another process writes: the cursor moves before a segment goes.
//
// Other files are reported and left alone. A segment is a series of records and nothing else. Sequences start at 1 and grow
// by 1. Numbers are little endian. CRC32C is the CRC-32 with the Castagnoli polynomial.
//
//	record                                   cursor slot, at 0 and at 4096
//	 0  4  magic F5 54 4A 01                  0  4  magic F5 54 43 01
//	 4  4  length of the payload              4  4  CRC32C of bytes 8-23
//	 8  4  CRC32C of bytes 0-7 and 12-31      8  8  generation; the higher valid one counts
//	12  4  CRC32C of the payload             16  8  first sequence that is still wanted
//	16  8  sequence
//	24  8  time, nanoseconds since 1970
//	32     payload, at most 65536 bytes
//
// A segment may end in remains of an Append that failed. Their sequences were given to other records in the next segment, so
// records that are not below the first of the next segment do not count. The two slots of the cursor are written in turns, in
// place, so that it can move on a full disk.
package journal
