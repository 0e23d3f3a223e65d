package vscp

// Subject is what an event speaks about. Of two events with equal subjects the newer one makes the older one outdated, if
// they report a state. Subjects are comparable.
type Subject struct {
	GUID        GUID
	Destination GUID // of the mirrors of Level I on Level II, which have it before their data
	Class       Class
	Type        uint16

	Sensor  uint8 // of a measurement
	Index   uint8 // of the device, in classes with zones on Level I; some types have something else there
	Zone    uint8
	Subzone uint8
}

// Subject returns what the event speaks about. What the data is too short for stays 0.
func (r *Row) Subject() Subject {
	s := Subject{GUID: r.GUID, Class: r.Class, Type: r.Type}
	form, zoned := r.Class.layout(), r.Class.zoned()
	_, mirrored := r.Class.level1()
	if form == layoutNone && !zoned && !mirrored {
		return s
	}
	var head [len(GUID{}) + zonesSize + codingSize]byte
	r.ReadData(head[:])
	data := head[:]
	if mirrored {
		s.Destination = GUID(data[:len(GUID{})])
		data = data[len(GUID{}):]
	}
	switch {
	case form == layoutCoded:
		s.Sensor = Coding(data[0]).Sensor()
	case form == layoutZoned:
		s.Index, s.Zone, s.Subzone, s.Sensor = data[0], data[1], data[2], Coding(data[3]).Sensor()
	case form == layoutLevel2String || form == layoutLevel2Double:
		s.Sensor, s.Zone, s.Subzone = data[0], data[1], data[2]
	case zoned:
		s.Index, s.Zone, s.Subzone = data[0], data[1], data[2]
	}
	return s
}

// zoned reports whether the data of the class begins with index, zone and subzone, though it is none of measurements.
func (c Class) zoned() bool {
	n, _ := c.level1()
	switch n {
	case 1, 2, 20, 30, 40, 90, 95, 102: // ALARM, SECURITY, INFORMATION, CONTROL, MULTIMEDIA, WEATHER, WEATHER_FORECAST, DISPLAY
		return true
	default:
		return false
	}
}

// ReadData fills dst with the first data bytes, as many as there are.
func (r *Row) ReadData(dst []byte) {
	i := int(r.dataAt) + 1
	for n := range min(len(dst), r.DataLen()) {
		v, end, _ := dataByte(r.Text, i)
		dst[n] = v
		i = end + 1
	}
}
