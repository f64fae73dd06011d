package fake

import (
	"strconv"
	"strings"
)

// jetBrains are the dynamic variables of JetBrains IDEs: the methods of Java
// Faker, group by group. A list of words or sentences is one text.
var jetBrains = []Variable{
	{name: "$random.address.streetName", make: func(m *Maker, _ arguments) string { return m.streetName() }},
	{name: "$random.address.streetAddressNumber", make: func(m *Maker, _ arguments) string { return m.houseNumber() }},
	{name: "$random.address.streetAddress", forms: "|secondary:bool", make: func(m *Maker, a arguments) string {
		if a.bool(0, false) {
			return m.streetAddress() + " " + m.secondaryAddress()
		}
		return m.streetAddress()
	}},
	{name: "$random.address.secondaryAddress", make: func(m *Maker, _ arguments) string { return m.secondaryAddress() }},
	{name: "$random.address.zipCode", make: func(m *Maker, _ arguments) string { return m.zipCode() }},
	{name: "$random.address.postcode", make: func(m *Maker, _ arguments) string { return m.zipCode() }},
	{name: "$random.address.streetSuffix", list: streetSuffixes},
	{name: "$random.address.streetPrefix", list: streetPrefixes},
	{name: "$random.address.citySuffix", list: citySuffixes},
	{name: "$random.address.cityPrefix", list: cityPrefixes},
	{name: "$random.address.city", make: func(m *Maker, _ arguments) string { return m.city() }},
	{name: "$random.address.cityName", make: func(m *Maker, _ arguments) string { return m.city() }},
	{name: "$random.address.state", make: func(m *Maker, _ arguments) string { return m.state() }},
	{name: "$random.address.stateAbbr", make: func(m *Maker, _ arguments) string { return m.coded(states, true) }},
	{name: "$random.address.firstName", list: firstNames},
	{name: "$random.address.lastName", list: lastNames},
	{name: "$random.address.latitude", make: func(m *Maker, _ arguments) string { return m.degrees(90, 8) }},
	{name: "$random.address.longitude", make: func(m *Maker, _ arguments) string { return m.degrees(180, 8) }},
	{name: "$random.address.timeZone", list: timeZones},
	{name: "$random.address.country", make: func(m *Maker, _ arguments) string { return m.coded(countries, false) }},
	{name: "$random.address.countryCode", make: func(m *Maker, _ arguments) string { return m.coded(countries, true) }},
	{name: "$random.address.buildingNumber", make: func(m *Maker, _ arguments) string { return m.houseNumber() }},
	{name: "$random.address.fullAddress", make: func(m *Maker, _ arguments) string { return m.fullAddress() }},

	{name: "$random.beer.name", list: beerNames},
	{name: "$random.beer.style", list: beerStyles},
	{name: "$random.beer.hop", list: beerHops},
	{name: "$random.beer.yeast", list: beerYeasts},
	{name: "$random.beer.malt", list: beerMalts},

	{name: "$random.bool.bool", list: "true|false"},

	{name: "$random.business.creditCardNumber", make: func(m *Maker, _ arguments) string { return m.creditCard("") }},
	{name: "$random.business.creditCardType", list: "visa|mastercard|discover|american_express|diners_club|jcb"},
	{name: "$random.business.creditCardExpiry", make: func(m *Maker, _ arguments) string {
		return strconv.Itoa(m.Now.Year()+m.between(1, 5)) + "-" + padded(m.between(1, 12), 2) + "-" + padded(m.between(1, 28), 2)
	}},

	{name: "$random.ChuckNorris.fact", list: chuckNorrisFacts},

	{name: "$random.code.isbnGs1", list: "978|979"},
	{name: "$random.code.isbnGroup", list: "0|1"},
	{name: "$random.code.isbnRegistrant", make: func(m *Maker, _ arguments) string { return m.fillIn("####-####") }},
	{name: "$random.code.isbn10", forms: "|hyphens:bool", make: func(m *Maker, a arguments) string { return m.isbn10(a.bool(0, false)) }},
	{name: "$random.code.isbn13", forms: "|hyphens:bool", make: func(m *Maker, a arguments) string { return m.isbn13(a.bool(0, false)) }},
	{name: "$random.code.asin", make: func(m *Maker, _ arguments) string { return "B0" + m.Text(8, Digits+Capital) }},
	{name: "$random.code.imei", make: func(m *Maker, _ arguments) string { return m.imei() }},
	{name: "$random.code.ean8", make: func(m *Maker, _ arguments) string { return m.ean(8) }},
	{name: "$random.code.gtin8", make: func(m *Maker, _ arguments) string { return m.ean(8) }},
	{name: "$random.code.ean13", make: func(m *Maker, _ arguments) string { return m.ean(13) }},
	{name: "$random.code.gtin13", make: func(m *Maker, _ arguments) string { return m.ean(13) }},

	{name: "$random.color.name", list: colors},
	{name: "$random.color.hex", forms: "|hash:bool", make: func(m *Maker, a arguments) string {
		if !a.bool(0, true) {
			return m.hexColor()[1:]
		}
		return m.hexColor()
	}},

	{name: "$random.commerce.color", list: colors},
	{name: "$random.commerce.department", make: func(m *Maker, _ arguments) string { return m.department() }},
	{name: "$random.commerce.productName", make: func(m *Maker, _ arguments) string { return m.productName() }},
	{name: "$random.commerce.material", list: productMaterials},
	{name: "$random.commerce.price", forms: "|min:decimal max:decimal", valid: func(a arguments) bool { return a.ascend(0) },
		make: func(m *Maker, a arguments) string { return decimals(m.Float(a.decimal(0, 0), a.decimal(1, 100)), 2) }},
	{name: "$random.commerce.promotionCode", forms: "|digits:count", make: func(m *Maker, a arguments) string {
		return m.one(promotionAdjectives) + m.one(promotionNouns) + m.Text(a.count(0, 6), Digits)
	}},

	{name: "$random.company.name", make: func(m *Maker, _ arguments) string { return m.companyName() }},
	{name: "$random.company.suffix", list: companySuffixes},
	{name: "$random.company.industry", list: industries},
	{name: "$random.company.profession", list: professions},
	{name: "$random.company.buzzword", make: func(m *Maker, _ arguments) string {
		return m.one(m.oneOf(catchAdjectives, catchDescriptors, catchNouns))
	}},
	{name: "$random.company.catchPhrase", make: func(m *Maker, _ arguments) string { return m.catchPhrase() }},
	{name: "$random.company.bs", make: func(m *Maker, _ arguments) string { return m.bs() }},
	{name: "$random.company.logo", make: func(m *Maker, _ arguments) string { return m.imageURL("128", "128", "logo") }},
	{name: "$random.company.url", make: func(m *Maker, _ arguments) string { return "www." + m.domainName() }},

	{name: "$random.crypto.md5", make: func(m *Maker, _ arguments) string { return m.Text(32, hexa) }},
	{name: "$random.crypto.sha1", make: func(m *Maker, _ arguments) string { return m.Text(40, hexa) }},
	{name: "$random.crypto.sha256", make: func(m *Maker, _ arguments) string { return m.Text(64, hexa) }},
	{name: "$random.crypto.sha512", make: func(m *Maker, _ arguments) string { return m.Text(128, hexa) }},

	{name: "$random.educator.university", make: func(m *Maker, _ arguments) string { return m.university() }},
	{name: "$random.educator.course", make: func(m *Maker, _ arguments) string {
		return m.one("Associate Degree in|Bachelor of|Master of") + " " + m.one(courses)
	}},
	{name: "$random.educator.secondarySchool", make: func(m *Maker, _ arguments) string {
		return m.lastName() + m.one(citySuffixes) + " " + m.one("High School|Secondary College|High")
	}},
	{name: "$random.educator.campus", make: func(m *Maker, _ arguments) string { return m.one(campuses) + " Campus" }},

	{name: "$random.finance.creditCard", forms: "|kind:" + cardKinds, make: func(m *Maker, a arguments) string { return m.creditCard(a.text(0)) }},
	{name: "$random.finance.bic", make: func(m *Maker, _ arguments) string { return m.bic() }},
	{name: "$random.finance.iban", forms: "|country:text", valid: func(a arguments) bool { return len(a) == 0 || isIBANCountry(a[0]) },
		make: func(m *Maker, a arguments) string { return m.iban(a.text(0)) }},

	{name: "$random.hacker.abbreviation", list: abbreviations},
	{name: "$random.hacker.adjective", list: adjectives},
	{name: "$random.hacker.noun", list: nouns},
	{name: "$random.hacker.verb", list: verbs},
	{name: "$random.hacker.ingverb", list: ingverbs},

	{name: "$random.idNumber.valid", make: func(m *Maker, _ arguments) string { return m.ssn() }},
	{name: "$random.idNumber.invalid", make: func(m *Maker, _ arguments) string {
		return m.fillIn(m.one("000-##-####|###-00-####|###-##-0000|666-##-####|9##-##-####"))
	}},
	{name: "$random.idNumber.ssnValid", make: func(m *Maker, _ arguments) string { return m.ssn() }},
	{name: "$random.idNumber.validSvSeSsn", make: func(m *Maker, _ arguments) string { return m.swedishSSN(true) }},
	{name: "$random.idNumber.invalidSvSeSsn", make: func(m *Maker, _ arguments) string { return m.swedishSSN(false) }},

	{name: "$random.internet.emailAddress", forms: "|local:text", make: func(m *Maker, a arguments) string {
		if a.has(0) {
			return m.email(a.text(0))
		}
		return m.email(m.userName())
	}},
	{name: "$random.internet.safeEmailAddress", forms: "|local:text", make: func(m *Maker, a arguments) string {
		if a.has(0) {
			return m.exampleEmail(a.text(0))
		}
		return m.exampleEmail(m.userName())
	}},
	{name: "$random.internet.domainName", make: func(m *Maker, _ arguments) string { return m.domainName() }},
	{name: "$random.internet.domainWord", make: func(m *Maker, _ arguments) string { return m.domainWord() }},
	{name: "$random.internet.domainSuffix", list: domainSuffixes},
	{name: "$random.internet.url", make: func(m *Maker, _ arguments) string { return "www." + m.domainName() }},
	{name: "$random.internet.avatar", make: func(m *Maker, _ arguments) string { return m.imageURL("128", "128", "face") }},
	{name: "$random.internet.image", make: func(m *Maker, _ arguments) string {
		width, height, _ := strings.Cut(m.one(imageDimensions), " ")
		return m.imageURL(width, height, m.one(imageTopics))
	}},
	{name: "$random.internet.password", valid: func(a arguments) bool { return a.ascend(0) },
		forms: "|digits:bool|min:count max:count|min:count max:count capitals:bool|min:count max:count capitals:bool signs:bool|" +
			"min:count max:count capitals:bool signs:bool digits:bool",
		make: func(m *Maker, a arguments) string {
			if len(a) == 1 {
				return m.password(m.between(8, 16), false, false, a.bool(0, true))
			}
			return m.password(m.between(a.count(0, 8), a.count(1, 16)), a.bool(2, false), a.bool(3, false), a.bool(4, true))
		}},
	{name: "$random.internet.macAddress", forms: "|prefix:text", make: func(m *Maker, a arguments) string { return m.macAddress(a.text(0)) }},
	{name: "$random.internet.ipV4Address", make: func(m *Maker, _ arguments) string { return m.octets(4, 2, 255) }},
	{name: "$random.internet.privateIpV4Address", make: func(m *Maker, _ arguments) string { return m.privateIPv4() }},
	{name: "$random.internet.publicIpV4Address", make: func(m *Maker, _ arguments) string { return m.publicIPv4() }},
	{name: "$random.internet.ipV4Cidr", make: func(m *Maker, _ arguments) string { return m.octets(4, 2, 255) + "/" + m.octets(1, 1, 31) }},
	{name: "$random.internet.ipV6Address", make: func(m *Maker, _ arguments) string { return m.ipv6() }},
	{name: "$random.internet.ipV6Cidr", make: func(m *Maker, _ arguments) string { return m.ipv6() + "/" + m.octets(1, 1, 127) }},
	{name: "$random.internet.slug", make: func(m *Maker, _ arguments) string { return several(2, "_", m.loremWord) }},
	{name: "$random.internet.uuid", make: func(m *Maker, _ arguments) string { return m.UUID() }},
	{name: "$random.internet.userAgent", forms: "|browser:" + browsers, make: func(m *Maker, a arguments) string {
		if a.has(0) {
			return m.userAgent(a.text(0))
		}
		return m.userAgent(m.oneOf("chrome", "firefox", "opera", "safari"))
	}},
	{name: "$random.internet.userAgentAny", make: func(m *Maker, _ arguments) string {
		return m.userAgent(m.one("aol|chrome|firefox|internet_explorer|netscape|opera|safari"))
	}},

	{name: "$random.lorem.character", forms: "|capitals:bool", make: func(m *Maker, a arguments) string {
		return m.password(1, a.bool(0, false), false, true)
	}},
	{name: "$random.lorem.characters", valid: func(a arguments) bool { return a.ascend(0) },
		forms: "|capitals:bool|length:count|length:count capitals:bool|length:count capitals:bool digits:bool|min:count max:count|" +
			"min:count max:count capitals:bool|min:count max:count capitals:bool digits:bool",
		make: func(m *Maker, a arguments) string {
			length, rest := 255, a
			if len(rest) > 0 && isKind("count", rest[0]) {
				length, rest = rest.count(0, 0), rest[1:]
			}
			if len(rest) > 0 && isKind("count", rest[0]) {
				length, rest = m.between(length, rest.count(0, 0)), rest[1:]
			}
			return m.password(length, rest.bool(0, false), false, rest.bool(1, true))
		}},
	{name: "$random.lorem.word", list: loremWords},
	{name: "$random.lorem.words", forms: "|n:count", make: func(m *Maker, a arguments) string { return m.loremWords(a.count(0, 3)) }},
	{name: "$random.lorem.sentence", forms: "|words:count|words:count more:number",
		valid: func(a arguments) bool { return a.number(1, 0) >= 0 && a.number(1, 0) <= maxCount },
		make: func(m *Maker, a arguments) string {
			words := a.count(0, 3)
			if more := a.count(1, 6); more > 0 { // up to so many more
				words += m.index(more)
			}
			return m.sentenceOf(words)
		}},
	{name: "$random.lorem.sentences", forms: "n:count", make: func(m *Maker, a arguments) string { return m.sentences(a.count(0, 1)) }},
	{name: "$random.lorem.paragraph", forms: "|sentences:count", make: func(m *Maker, a arguments) string {
		return m.sentences(a.count(0, 3) + m.index(3))
	}},
	{name: "$random.lorem.paragraphs", forms: "n:count", make: func(m *Maker, a arguments) string { return several(a.count(0, 1), "\n", m.paragraph) }},
	{name: "$random.lorem.fixedString", forms: "length:count", make: func(m *Maker, a arguments) string {
		var b strings.Builder
		for b.Len() < a.count(0, 1) {
			b.WriteString(m.sentence())
		}
		return b.String()[:a.count(0, 1)]
	}},

	{name: "$random.name.name", make: func(m *Maker, _ arguments) string { return m.fullName() }},
	{name: "$random.name.nameWithMiddle", make: func(m *Maker, _ arguments) string { return m.nameWithMiddle() }},
	{name: "$random.name.fullName", make: func(m *Maker, _ arguments) string { return m.fullName() }},
	{name: "$random.name.firstName", list: firstNames},
	{name: "$random.name.lastName", list: lastNames},
	{name: "$random.name.prefix", list: prefixes},
	{name: "$random.name.suffix", list: suffixes},
	{name: "$random.name.title", make: func(m *Maker, _ arguments) string { return m.jobTitle() }},
	{name: "$random.name.username", make: func(m *Maker, _ arguments) string {
		return strings.ToLower(m.firstName() + "." + m.lastName())
	}},
	{name: "$random.name.bloodGroup", list: bloodGroups},

	{name: "$random.number.randomDigit", make: func(m *Maker, _ arguments) string { return m.Text(1, Digits) }},
	{name: "$random.number.randomDigitNotZero", make: func(m *Maker, _ arguments) string { return m.Text(1, Digits[1:]) }},
	{name: "$random.number.numberBetween", forms: "min:number max:number", valid: func(a arguments) bool { return a.ascend(0) },
		make: func(m *Maker, a arguments) string { return m.whole(a.number(0, 0), a.number(1, 0)) }},
	{name: "$random.number.randomNumber", forms: "|digits:count strict:bool",
		valid: func(a arguments) bool { return a.count(0, 1) <= maxDigits },
		make: func(m *Maker, a arguments) string {
			if a.has(0) {
				return m.numberOf(a.count(0, 1), a.bool(1, false))
			}
			return m.numberOf(m.between(1, 9), false)
		}},
	{name: "$random.number.randomDouble", forms: "decimals:number min:number max:number",
		valid: func(a arguments) bool { return a.number(0, 0) >= 0 && a.number(0, 0) <= maxDigits && a.ascend(1) },
		make: func(m *Maker, a arguments) string {
			return decimals(m.Float(a.decimal(1, 0), a.decimal(2, 0)), a.count(0, 0))
		}},
	{name: "$random.number.digits", forms: "n:count", make: func(m *Maker, a arguments) string { return m.Text(a.count(0, 1), Digits) }},
	{name: "$random.number.digit", make: func(m *Maker, _ arguments) string { return m.Text(1, Digits) }},

	{name: "$random.phoneNumber.cellPhone", make: func(m *Maker, _ arguments) string {
		return m.phone(m.oneOf("AREA-555-####", "(AREA) 555-####", "1-AREA-555-####", "AREA.555.####"))
	}},
	{name: "$random.phoneNumber.phoneNumber", make: func(m *Maker, _ arguments) string {
		return m.phone(m.oneOf("AREA-555-####", "(AREA) 555-####", "1-AREA-555-####", "AREA.555.####", "AREA-555-#### x###", "(AREA) 555-#### x####"))
	}},
	{name: "$random.phoneNumber.extension", make: func(m *Maker, _ arguments) string { return m.Text(4, Digits) }},
	{name: "$random.phoneNumber.subscriberNumber", forms: "|length:count", make: func(m *Maker, a arguments) string {
		return m.Text(a.count(0, 4), Digits)
	}},

	{name: "$random.shakespeare.hamletQuote", list: hamletQuotes},
	{name: "$random.shakespeare.asYouLikeItQuote", list: asYouLikeItQuotes},
	{name: "$random.shakespeare.kingRichardIIIQuote", list: kingRichardQuotes},
	{name: "$random.shakespeare.romeoAndJulietQuote", list: romeoAndJulietQuotes},

	{name: "$random.superhero.name", make: func(m *Maker, _ arguments) string { return m.superhero() }},
	{name: "$random.superhero.prefix", list: heroPrefixes},
	{name: "$random.superhero.suffix", list: heroSuffixes},
	{name: "$random.superhero.power", list: heroPowers},
	{name: "$random.superhero.descriptor", list: heroDescriptors},

	{name: "$random.team.name", make: func(m *Maker, _ arguments) string { return m.state() + " " + m.one(creatures) }},
	{name: "$random.team.creature", list: creatures},
	{name: "$random.team.state", make: func(m *Maker, _ arguments) string { return m.state() }},
	{name: "$random.team.sport", list: sports},

	{name: "$random.university.name", make: func(m *Maker, _ arguments) string { return m.university() }},
	{name: "$random.university.prefix", list: directions},
	{name: "$random.university.suffix", list: universityTitle},
}

// maxDigits is the most that a number can have: those of int64.
const maxDigits = 18

// whole is a number of [low, high), or low if they are equal.
func (m *Maker) whole(low, high int64) string {
	if low < high {
		low = m.Integer(low, high)
	}
	return strconv.FormatInt(low, 10)
}

// numberOf is a number of so many digits, or at most so many.
func (m *Maker) numberOf(digits int, strict bool) string {
	high, low := int64(1), int64(0)
	for range digits {
		low, high = high, high*10
	}
	if !strict {
		low = 0
	}
	return m.whole(low, high)
}

func (m *Maker) oneOf(choices ...string) string { return choices[m.index(len(choices))] }
