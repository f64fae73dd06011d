package fake

// isbn13 is the number of a book (ISO 2108), with hyphens between its parts if
// asked for.
func (m *Maker) isbn13(hyphens bool) string {
	return bookNumber(m.one("978|979"), m.one("0|1"), m.fillIn("####"), m.fillIn("####"), weighted, hyphens)
}

// isbn10 is a number of a book as they were until 2007.
func (m *Maker) isbn10(hyphens bool) string {
	return bookNumber("", m.one("0|1"), m.fillIn("####"), m.fillIn("####"), modulo11, hyphens)
}

func bookNumber(prefix, group, registrant, title string, check func(string) string, hyphens bool) string {
	digits := prefix + group + registrant + title
	if !hyphens {
		return digits + check(digits)
	}
	if prefix != "" {
		prefix += "-"
	}
	return prefix + group + "-" + registrant + "-" + title + "-" + check(digits)
}

// modulo11 returns the check digit of an ISBN-10 behind its nine digits.
func modulo11(digits string) string {
	sum := 0
	for i := range len(digits) {
		sum += (len(digits) + 1 - i) * int(digits[i]-'0')
	}
	return "0123456789X"[(11-sum%11)%11:][:1]
}

// ean is an article number of as many digits (GS1).
func (m *Maker) ean(digits int) string {
	number := m.Text(digits-1, Digits)
	return number + weighted(number)
}

// imei is the number of a device (3GPP TS 23.003).
func (m *Maker) imei() string {
	number := m.one("35|86|99") + m.Text(12, Digits)
	return number + luhn(number)
}
