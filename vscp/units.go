package vscp

// unitSymbols has the units of the types of CLASS1.MEASUREMENT, the default unit first. An empty symbol is a bare
// number. It has only what cannot be doubted: no symbols that readers would take for something else, and no units that
// the descriptions of a type number differently.
var unitSymbols = [...][]string{
	1:  {""}, // count
	2:  {"m"},
	3:  {"kg"},
	4:  {"s", "ms"}, // 2 and 3 are times of the day, not durations
	5:  {"A"},
	6:  {"K", "°C", "°F"},
	7:  {"mol"},
	8:  {"cd"},
	9:  {"Hz"},
	10: {"Bq", "Ci"},
	11: {"N"},
	12: {"Pa", "bar", "psi"},
	13: {"J", "kWh", "Wh", "eV"},
	14: {"W"},
	15: {"C"},
	16: {"V"},
	17: {"F"},
	18: {"Ω"},
	19: {"S"},
	24: {"lm"},
	25: {"lx"},
	28: {"m³", "L", "mL", "dL", "cL"},
	30: {"rad", "°", "arcmin", "arcsec"},
	32: {"m/s", "km/h", "mph"},
	33: {"m/s²"},
	35: {"%"}, // relative humidity
	36: {"m³/s", "L/s"},
	49: {"K", "°C", "°F"}, // dew point
	50: {""},              // relative level
	51: {"m", "ft", "in"}, // altitude
	52: {"m²", "a", "ha", "km²"},
	60: {"dB"},
}

// Symbol returns the symbol of the unit, empty for a bare number, and whether it is known. It is for the commonest types
// of measurements.
func (m Measurement) Symbol() (symbol string, known bool) {
	if !m.Class.hasMeasurementTypes() || int(m.Type) >= len(unitSymbols) {
		return "", false
	}
	units := unitSymbols[m.Type]
	if int(m.Unit) >= len(units) {
		return "", false
	}
	return units[m.Unit], true
}

// hasMeasurementTypes reports whether the types of the class are those of CLASS1.MEASUREMENT. The extensions X1 to X4
// have their own.
func (c Class) hasMeasurementTypes() bool {
	n, _ := c.level1()
	switch n {
	case 10, 60, 65, 70, 85, 1040, 1060:
		return true
	default:
		return false
	}
}
