package vscp

const crcStart = 0xFFFF

// crcTables[n][v] is the checksum, begun with 0, of the byte v with n zero bytes behind it. A checksum is linear, so that
// of eight bytes is the xor of eight entries, which a processor can look up side by side.
var crcTables = makeCRCTables()

func makeCRCTables() (t [8][256]uint16) {
	for v := range t[0] {
		t[0][v] = crcByte(0, byte(v))
		for n := 1; n < len(t); n++ {
			t[n][v] = crcByte(t[n-1][v], 0)
		}
	}
	return t
}

// crc16 continues a CRC-16/CCITT-FALSE over b: polynomial 0x1021, begun with crcStart, nothing reflected, no final xor.
// Run over bytes and the checksum behind them, high byte first, it gives 0.
func crc16(crc uint16, b []byte) uint16 {
	t := &crcTables
	for ; len(b) >= 8; b = b[8:] {
		crc = t[7][b[0]^byte(crc>>8)] ^ t[6][b[1]^byte(crc)] ^ t[5][b[2]] ^ t[4][b[3]] ^
			t[3][b[4]] ^ t[2][b[5]] ^ t[1][b[6]] ^ t[0][b[7]]
	}
	for _, c := range b {
		crc = crcByte(crc, c)
	}
	return crc
}

// crcByte is one byte of division without a table: v is what its eight steps shift out, and x^16 = x^12 + x^5 + 1.
func crcByte(crc uint16, c byte) uint16 {
	v := crc>>8 ^ uint16(c)
	v ^= v >> 4
	return crc<<8 ^ v<<12 ^ v<<5 ^ v
}
