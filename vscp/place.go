package vscp

// Place is where at its sender an event is about. Each field is as in [Measurement] or, with classes that are none of
// measurements, as in [Subject].
type Place struct {
	Sensor, Zone, Subzone uint8
	HasSensor             bool
	HasZone               bool // and a subzone
}

// Place returns where at its sender the event is about, as far as the class has that in its data and the data is long enough.
// It allocates nothing.
func (r *Row) Place() (p Place) {
	form, zoned := r.Class.layout(), r.Class.zoned()
	if form == layoutNone && !zoned || form == layoutFloat || form == layoutDouble {
		return p
	}
	var head [len(GUID{}) + zonesSize + codingSize]byte
	r.ReadData(head[:])
	data := head[:min(len(head), r.DataLen())]
	if _, mirrored := r.Class.level1(); mirrored {
		data = data[min(len(data), len(GUID{})):]
	}
	switch {
	case form == layoutCoded && len(data) >= codingSize:
		p.Sensor, p.HasSensor = Coding(data[0]).Sensor(), true
	case form == layoutCoded, len(data) < zonesSize:
	case form == layoutLevel2String || form == layoutLevel2Double:
		p = Place{Sensor: data[0], Zone: data[1], Subzone: data[2], HasSensor: true, HasZone: true}
	default:
		p.Zone, p.Subzone, p.HasZone = data[1], data[2], true
		if form == layoutZoned && len(data) > zonesSize {
			p.Sensor, p.HasSensor = Coding(data[zonesSize]).Sensor(), true
		}
	}
	return p
}
