package fake

import (
	"strconv"
	"time"
)

// postman are the dynamic variables of Postman, by their parts of its manual.
// Those that are not made up, such as $timestamp, are not among them.
var postman = []Variable{
	{name: "$randomUUID", make: func(m *Maker, _ arguments) string { return m.UUID() }},

	{name: "$randomAlphaNumeric", make: func(m *Maker, _ arguments) string { return m.Text(1, Digits+Small) }},
	{name: "$randomBoolean", list: "true|false"},
	{name: "$randomColor", list: colors},
	{name: "$randomHexColor", make: func(m *Maker, _ arguments) string { return m.hexColor() }},
	{name: "$randomAbbreviation", list: abbreviations},

	{name: "$randomIP", make: func(m *Maker, _ arguments) string { return m.octets(4, 0, 255) }},
	{name: "$randomIPV6", make: func(m *Maker, _ arguments) string { return m.ipv6() }},
	{name: "$randomMACAddress", make: func(m *Maker, _ arguments) string { return m.macAddress("") }},
	{name: "$randomPassword", make: func(m *Maker, _ arguments) string { return m.Text(15, Digits+Small+Capital) }},
	{name: "$randomLocale", list: locales},
	{name: "$randomUserAgent", make: func(m *Maker, _ arguments) string { return m.userAgent(m.one("chrome|firefox|opera|safari")) }},
	{name: "$randomProtocol", list: "http|https"},
	{name: "$randomSemver", make: func(m *Maker, _ arguments) string { return m.version(3) }},

	{name: "$randomFirstName", list: firstNames},
	{name: "$randomLastName", list: lastNames},
	{name: "$randomFullName", make: func(m *Maker, _ arguments) string { return m.fullName() }},
	{name: "$randomNamePrefix", list: prefixes},
	{name: "$randomNameSuffix", list: suffixes},

	{name: "$randomJobArea", list: jobAreas},
	{name: "$randomJobDescriptor", list: jobDescriptors},
	{name: "$randomJobTitle", make: func(m *Maker, _ arguments) string { return m.jobTitle() }},
	{name: "$randomJobType", list: jobTypes},

	{name: "$randomPhoneNumber", make: func(m *Maker, _ arguments) string { return m.phone("AREA-555-####") }},
	{name: "$randomPhoneNumberExt", make: func(m *Maker, _ arguments) string {
		return strconv.Itoa(m.between(1, 99)) + "-" + m.phone("AREA-555-####")
	}},
	{name: "$randomCity", make: func(m *Maker, _ arguments) string { return m.city() }},
	{name: "$randomStreetName", make: func(m *Maker, _ arguments) string { return m.streetName() }},
	{name: "$randomStreetAddress", make: func(m *Maker, _ arguments) string { return m.streetAddress() }},
	{name: "$randomCountry", make: func(m *Maker, _ arguments) string { return m.coded(countries, false) }},
	{name: "$randomCountryCode", make: func(m *Maker, _ arguments) string { return m.coded(countries, true) }},
	{name: "$randomLatitude", make: func(m *Maker, _ arguments) string { return m.degrees(90, 4) }},
	{name: "$randomLongitude", make: func(m *Maker, _ arguments) string { return m.degrees(180, 4) }},

	{name: "$randomAvatarImage", make: func(m *Maker, _ arguments) string { return m.imageURL("128", "128", "face") }},
	{name: "$randomImageUrl", make: func(m *Maker, _ arguments) string { return m.imageURL("640", "480", m.one(imageTopics)) }},
	{name: "$randomAbstractImage", make: func(m *Maker, _ arguments) string { return m.imageURL("640", "480", "abstract") }},
	{name: "$randomAnimalsImage", make: func(m *Maker, _ arguments) string { return m.imageURL("640", "480", "animals") }},
	{name: "$randomBusinessImage", make: func(m *Maker, _ arguments) string { return m.imageURL("640", "480", "business") }},
	{name: "$randomCatsImage", make: func(m *Maker, _ arguments) string { return m.imageURL("640", "480", "cats") }},
	{name: "$randomCityImage", make: func(m *Maker, _ arguments) string { return m.imageURL("640", "480", "city") }},
	{name: "$randomFoodImage", make: func(m *Maker, _ arguments) string { return m.imageURL("640", "480", "food") }},
	{name: "$randomNightlifeImage", make: func(m *Maker, _ arguments) string { return m.imageURL("640", "480", "nightlife") }},
	{name: "$randomFashionImage", make: func(m *Maker, _ arguments) string { return m.imageURL("640", "480", "fashion") }},
	{name: "$randomPeopleImage", make: func(m *Maker, _ arguments) string { return m.imageURL("640", "480", "people") }},
	{name: "$randomNatureImage", make: func(m *Maker, _ arguments) string { return m.imageURL("640", "480", "nature") }},
	{name: "$randomSportsImage", make: func(m *Maker, _ arguments) string { return m.imageURL("640", "480", "sports") }},
	{name: "$randomTransportImage", make: func(m *Maker, _ arguments) string { return m.imageURL("640", "480", "transport") }},
	{name: "$randomImageDataUri", make: func(m *Maker, _ arguments) string { return m.imageDataURI() }},

	{name: "$randomBankAccount", make: func(m *Maker, _ arguments) string { return m.Text(8, Digits) }},
	{name: "$randomBankAccountName", list: accountNames},
	{name: "$randomCreditCardMask", make: func(m *Maker, _ arguments) string { return m.Text(4, Digits) }},
	{name: "$randomBankAccountBic", make: func(m *Maker, _ arguments) string { return m.bic() }},
	{name: "$randomBankAccountIban", make: func(m *Maker, _ arguments) string { return m.iban("") }},
	{name: "$randomTransactionType", list: transactionTypes},
	{name: "$randomCurrencyCode", make: func(m *Maker, _ arguments) string { return m.coded(currencies, true) }},
	{name: "$randomCurrencyName", make: func(m *Maker, _ arguments) string { return m.coded(currencies, false) }},
	{name: "$randomCurrencySymbol", list: currencySymbols},
	{name: "$randomBitcoin", make: func(m *Maker, _ arguments) string { return m.bitcoin() }},

	{name: "$randomCompanyName", make: func(m *Maker, _ arguments) string { return m.companyName() }},
	{name: "$randomCompanySuffix", list: companySuffixes},
	{name: "$randomBs", make: func(m *Maker, _ arguments) string { return m.bs() }},
	{name: "$randomBsAdjective", list: bsAdjectives},
	{name: "$randomBsBuzz", list: bsVerbs},
	{name: "$randomBsNoun", list: bsNouns},
	{name: "$randomCatchPhrase", make: func(m *Maker, _ arguments) string { return m.catchPhrase() }},
	{name: "$randomCatchPhraseAdjective", list: catchAdjectives},
	{name: "$randomCatchPhraseDescriptor", list: catchDescriptors},
	{name: "$randomCatchPhraseNoun", list: catchNouns},

	{name: "$randomDatabaseColumn", list: columns},
	{name: "$randomDatabaseType", list: columnTypes},
	{name: "$randomDatabaseCollation", list: collations},
	{name: "$randomDatabaseEngine", list: engines},

	{name: "$randomDateFuture", make: func(m *Maker, _ arguments) string { return m.date(time.Second, year) }},
	{name: "$randomDatePast", make: func(m *Maker, _ arguments) string { return m.date(-year, -time.Second) }},
	{name: "$randomDateRecent", make: func(m *Maker, _ arguments) string { return m.date(-day, -time.Second) }},
	{name: "$randomMonth", list: months},
	{name: "$randomWeekday", list: weekdays},

	{name: "$randomDomainName", make: func(m *Maker, _ arguments) string { return m.domainName() }},
	{name: "$randomDomainSuffix", list: domainSuffixes},
	{name: "$randomDomainWord", make: func(m *Maker, _ arguments) string { return m.domainWord() }},
	{name: "$randomEmail", make: func(m *Maker, _ arguments) string { return m.email(m.userName()) }},
	{name: "$randomExampleEmail", make: func(m *Maker, _ arguments) string { return m.exampleEmail(m.userName()) }},
	{name: "$randomUserName", make: func(m *Maker, _ arguments) string { return m.userName() }},
	{name: "$randomUrl", make: func(m *Maker, _ arguments) string { return m.webAddress(m.one("http|https")) }},

	{name: "$randomFileName", make: func(m *Maker, _ arguments) string { return m.fileName(m.one(extensions)) }},
	{name: "$randomFileType", list: fileTypes},
	{name: "$randomFileExt", list: extensions},
	{name: "$randomCommonFileName", make: func(m *Maker, _ arguments) string { return m.fileName(m.one(commonExtensions)) }},
	{name: "$randomCommonFileType", list: commonFileTypes},
	{name: "$randomCommonFileExt", list: commonExtensions},
	{name: "$randomFilePath", make: func(m *Maker, _ arguments) string { return m.one(directories) + "/" + m.fileName(m.one(extensions)) }},
	{name: "$randomDirectoryPath", list: directories},
	{name: "$randomMimeType", list: mimeTypes},

	{name: "$randomPrice", make: func(m *Maker, _ arguments) string { return decimals(m.Float(0, 1000), 2) }},
	{name: "$randomProduct", list: products},
	{name: "$randomProductAdjective", list: productAdjectives},
	{name: "$randomProductMaterial", list: productMaterials},
	{name: "$randomProductName", make: func(m *Maker, _ arguments) string { return m.productName() }},
	{name: "$randomDepartment", list: departments},

	{name: "$randomNoun", list: nouns},
	{name: "$randomVerb", list: verbs},
	{name: "$randomIngverb", list: ingverbs},
	{name: "$randomAdjective", list: adjectives},
	{name: "$randomWord", list: commonWords},
	{name: "$randomWords", make: func(m *Maker, _ arguments) string { return several(m.between(2, 5), " ", m.word) }},
	{name: "$randomPhrase", make: func(m *Maker, _ arguments) string { return m.phrase() }},

	{name: "$randomLoremWord", list: loremWords},
	{name: "$randomLoremWords", make: func(m *Maker, _ arguments) string { return m.loremWords(3) }},
	{name: "$randomLoremSentence", make: func(m *Maker, _ arguments) string { return m.sentence() }},
	{name: "$randomLoremSentences", make: func(m *Maker, _ arguments) string { return m.sentences(m.between(2, 6)) }},
	{name: "$randomLoremParagraph", make: func(m *Maker, _ arguments) string { return m.paragraph() }},
	{name: "$randomLoremParagraphs", make: func(m *Maker, _ arguments) string { return several(3, "\n", m.paragraph) }},
	{name: "$randomLoremText", make: func(m *Maker, _ arguments) string { return m.loremText() }},
	{name: "$randomLoremSlug", make: func(m *Maker, _ arguments) string { return several(3, "-", m.loremWord) }},
	{name: "$randomLoremLines", make: func(m *Maker, _ arguments) string { return several(m.between(1, 5), "\n", m.sentence) }},
}
