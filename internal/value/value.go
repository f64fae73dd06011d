// Package value is JSON values with exact numbers: decoding, equality, order,
// difference and rendering. A value is nil, bool, string, int (a JSON number
// without fraction or exponent that fits), Number, []any or map[string]any.
package value
