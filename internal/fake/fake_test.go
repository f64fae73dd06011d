package fake

import (
	"crypto/sha256"
	"math/big"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// examples are calls of variables and what their values look like.
var examples = map[string]string{
	"$randomUUID":         `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`,
	"$randomAlphaNumeric": `[a-z0-9]`,
	"$randomBoolean":      `true|false`,
	"$randomColor":        `[a-z ]+`,
	"$randomHexColor":     `#[0-9a-f]{6}`,
	"$randomAbbreviation": `[A-Z]+`,

	"$randomIP":         octets,
	"$randomIPV6":       `[0-9a-f]{4}(:[0-9a-f]{4}){7}`,
	"$randomMACAddress": `[0-9a-f]{2}(:[0-9a-f]{2}){5}`,
	"$randomPassword":   `[A-Za-z0-9]{15}`,
	"$randomLocale":     `[a-z]{2,3}`,
	"$randomUserAgent":  `Mozilla/5\.0 \([^)]+\) .+/[\d.]+`,
	"$randomProtocol":   `https?`,
	"$randomSemver":     `\d\.\d\.\d`,

	"$randomFirstName":  oneWord,
	"$randomLastName":   oneWord,
	"$randomFullName":   people,
	"$randomNamePrefix": `(Mr|Mrs|Ms|Dr)\.|Miss`,
	"$randomNameSuffix": `[JS]r\.|[IV]+|MD|DDS|PhD|DVM`,

	"$randomJobArea":       oneWord,
	"$randomJobDescriptor": oneWord,
	"$randomJobTitle":      `[A-Z][a-z]+ [A-Z][a-z]+ [A-Z][a-z]+`,
	"$randomJobType":       oneWord,

	"$randomPhoneNumber":    `[2-9]\d\d-\d{3}-\d{4}`,
	"$randomPhoneNumberExt": `[1-9]\d?-[2-9]\d\d-\d{3}-\d{4}`,
	"$randomCity":           `[A-Z][A-Za-z ]+`,
	"$randomStreetName":     `[A-Z][a-z]+ [A-Z][a-z]+`,
	"$randomStreetAddress":  `[1-9]\d{2,4} [A-Z][a-z]+ [A-Z][a-z]+`,
	"$randomCountry":        `[A-Z][A-Za-z -]+`,
	"$randomCountryCode":    `[A-Z]{2}`,
	"$randomLatitude":       `-?([0-8]?\d\.\d{4}|90\.0000)`,
	"$randomLongitude":      `-?(\d{1,2}|1[0-7]\d|180)\.\d{4}`,

	"$randomAvatarImage":    `https://[a-z.]+/128/128/face\?lock=\d+`,
	"$randomImageUrl":       image("[a-z]+"),
	"$randomAbstractImage":  image("abstract"),
	"$randomAnimalsImage":   image("animals"),
	"$randomBusinessImage":  image("business"),
	"$randomCatsImage":      image("cats"),
	"$randomCityImage":      image("city"),
	"$randomFoodImage":      image("food"),
	"$randomNightlifeImage": image("nightlife"),
	"$randomFashionImage":   image("fashion"),
	"$randomPeopleImage":    image("people"),
	"$randomNatureImage":    image("nature"),
	"$randomSportsImage":    image("sports"),
	"$randomTransportImage": image("transport"),
	"$randomImageDataUri":   `data:image/svg\+xml;charset=UTF-8,%3Csvg[^<>"# ]+`,

	"$randomBankAccount":     `\d{8}`,
	"$randomBankAccountName": `[A-Z][A-Za-z ]+ Account`,
	"$randomCreditCardMask":  `\d{4}`,
	"$randomBankAccountBic":  `[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?`,
	"$randomBankAccountIban": `[A-Z]{2}\d{2}[A-Z0-9]{11,28}`,
	"$randomTransactionType": `deposit|invoice|payment|withdrawal`,
	"$randomCurrencyCode":    `[A-Z]{3}`,
	"$randomCurrencyName":    `[A-Z][A-Za-z' ]+`,
	"$randomCurrencySymbol":  `\S{1,2}`,
	"$randomBitcoin":         `1[1-9A-HJ-NP-Za-km-z]{25,33}`,

	"$randomCompanyName":           company,
	"$randomCompanySuffix":         `Inc|LLC|Group|and Sons`,
	"$randomBs":                    `\S+ \S+ \S+( services)?`,
	"$randomBsAdjective":           `\S+`,
	"$randomBsBuzz":                `[a-z]+`,
	"$randomBsNoun":                `\S+( services)?`,
	"$randomCatchPhrase":           `[A-Z]\S+ [^A-Z]+`,
	"$randomCatchPhraseAdjective":  `[A-Z][a-z-]+`,
	"$randomCatchPhraseDescriptor": `[^A-Z]+`,
	"$randomCatchPhraseNoun":       `[a-z -]+`,

	"$randomDatabaseColumn":    `[a-zA-Z]+`,
	"$randomDatabaseType":      `[a-z]+`,
	"$randomDatabaseCollation": `[a-z0-9_]+`,
	"$randomDatabaseEngine":    `[A-Za-z]+`,

	"$randomDateFuture": jsDate,
	"$randomDatePast":   jsDate,
	"$randomDateRecent": jsDate,
	"$randomMonth":      oneWord,
	"$randomWeekday":    `[A-Z][a-z]+day`,

	"$randomDomainName":   `[a-z]+\.example\.(com|net|org)`,
	"$randomDomainSuffix": `[a-z]{2,4}`,
	"$randomDomainWord":   `[a-z]+`,
	"$randomEmail":        `[a-z0-9._]+@[a-z]+\.example\.(com|net|org)`,
	"$randomExampleEmail": `[a-z0-9._]+@example\.(com|net|org)`,
	"$randomUserName":     `[A-Z][A-Za-z0-9._]+`,
	"$randomUrl":          `https?://[a-z]+\.example\.(com|net|org)`,

	"$randomFileName":       `[a-z_]+\.[a-z0-9]+`,
	"$randomFileType":       `[a-z]+`,
	"$randomFileExt":        `[a-z0-9]+`,
	"$randomCommonFileName": `[a-z_]+\.[a-z0-9]+`,
	"$randomCommonFileType": `application|audio|image|text|video`,
	"$randomCommonFileExt":  `[a-z0-9]+`,
	"$randomFilePath":       `/[A-Za-z0-9/+]+/[a-z_]+\.[a-z0-9]+`,
	"$randomDirectoryPath":  `/[A-Za-z0-9/+]+`,
	"$randomMimeType":       `[a-z]+/[a-z0-9.+-]+`,

	"$randomPrice":            `\d{1,3}\.\d\d|1000\.00`,
	"$randomProduct":          oneWord,
	"$randomProductAdjective": oneWord,
	"$randomProductMaterial":  oneWord,
	"$randomProductName":      `[A-Z][a-z]+ [A-Z][a-z]+ [A-Z][a-z]+`,
	"$randomDepartment":       oneWord,

	"$randomNoun":      `[a-z ]+`,
	"$randomVerb":      `[a-z ]+`,
	"$randomIngverb":   `[a-z]+ing( up)?`,
	"$randomAdjective": `[a-z0-9 -]+`,
	"$randomWord":      `[a-z]+`,
	"$randomWords":     `[a-z]+( [a-z]+){1,4}`,
	"$randomPhrase":    `[A-Z][^_]+!`,

	"$randomLoremWord":       `[a-z]+`,
	"$randomLoremWords":      `[a-z]+ [a-z]+ [a-z]+`,
	"$randomLoremSentence":   `[A-Z][a-z]*( [a-z]+){2,9}\.`,
	"$randomLoremSentences":  `([A-Z][a-z ]+\. ?){2,6}`,
	"$randomLoremParagraph":  `([A-Z][a-z ]+\. ?){3,6}`,
	"$randomLoremParagraphs": `[A-Z][a-zA-Z. ]+\n[A-Z][a-zA-Z. ]+\n[A-Z][a-zA-Z. ]+`,
	"$randomLoremText":       `[a-zA-Z. ]+`,
	"$randomLoremSlug":       `[a-z]+-[a-z]+-[a-z]+`,
	"$randomLoremLines":      `[A-Z][a-z ]+\.(\n[A-Z][a-z ]+\.){0,4}`,

	"$random.address.streetName":           `[A-Z][a-z]+ [A-Z][a-z]+`,
	"$random.address.streetAddressNumber":  `[1-9]\d{2,4}`,
	"$random.address.streetAddress":        `[1-9]\d{2,4} [A-Z][a-z]+ [A-Z][a-z]+`,
	"$random.address.streetAddress(true)":  `[1-9]\d{2,4} [A-Z][a-z]+ [A-Z][a-z]+ (Apt\.|Suite) \d{3}`,
	"$random.address.streetAddress(false)": `[1-9]\d{2,4} [A-Z][a-z]+ [A-Z][a-z]+`,
	"$random.address.secondaryAddress":     `(Apt\.|Suite) \d{3}`,
	"$random.address.zipCode":              `\d{5}(-\d{4})?`,
	"$random.address.postcode":             `\d{5}(-\d{4})?`,
	"$random.address.streetSuffix":         oneWord,
	"$random.address.streetPrefix":         oneWord,
	"$random.address.citySuffix":           `[a-z]+`,
	"$random.address.cityPrefix":           oneWord,
	"$random.address.city":                 `[A-Z][A-Za-z ]+`,
	"$random.address.cityName":             `[A-Z][A-Za-z ]+`,
	"$random.address.state":                `[A-Z][A-Za-z ]+`,
	"$random.address.stateAbbr":            `[A-Z]{2}`,
	"$random.address.firstName":            oneWord,
	"$random.address.lastName":             oneWord,
	"$random.address.latitude":             `-?\d{1,2}\.\d{8}`,
	"$random.address.longitude":            `-?\d{1,3}\.\d{8}`,
	"$random.address.timeZone":             `[A-Z][a-z]+/[A-Za-z_/]+`,
	"$random.address.country":              `[A-Z][A-Za-z -]+`,
	"$random.address.countryCode":          `[A-Z]{2}`,
	"$random.address.buildingNumber":       `[1-9]\d{2,4}`,
	"$random.address.fullAddress":          `\d+ [A-Za-z ]+, [A-Za-z ]+, [A-Z]{2} \d{5}(-\d{4})?`,

	"$random.beer.name":  `[A-Z].+`,
	"$random.beer.style": `[A-Z].+`,
	"$random.beer.hop":   `[A-Z].+`,
	"$random.beer.yeast": `[A-Z].+`,
	"$random.beer.malt":  `[A-Z].+`,

	"$random.bool.bool": `true|false`,

	"$random.business.creditCardNumber": card,
	"$random.business.creditCardType":   `[a-z_]+`,
	"$random.business.creditCardExpiry": `20(2[7-9]|3[01])-(0[1-9]|1[0-2])-([012]\d)`,

	"$random.ChuckNorris.fact": `.*Chuck ?Norris.*[.]`,

	"$random.code.isbnGs1":        `978|979`,
	"$random.code.isbnGroup":      `[01]`,
	"$random.code.isbnRegistrant": `\d{4}-\d{4}`,
	"$random.code.isbn10":         `[01]\d{8}[\dX]`,
	"$random.code.isbn10(true)":   `[01]-\d{4}-\d{4}-[\dX]`,
	"$random.code.isbn13":         `97[89][01]\d{9}`,
	"$random.code.isbn13(true)":   `97[89]-[01]-\d{4}-\d{4}-\d`,
	"$random.code.asin":           `B0[A-Z0-9]{8}`,
	"$random.code.imei":           `\d{15}`,
	"$random.code.ean8":           `\d{8}`,
	"$random.code.gtin8":          `\d{8}`,
	"$random.code.ean13":          `\d{13}`,
	"$random.code.gtin13":         `\d{13}`,

	"$random.color.name":       `[a-z ]+`,
	"$random.color.hex":        `#[0-9a-f]{6}`,
	"$random.color.hex(false)": `[0-9a-f]{6}`,

	"$random.commerce.color":            `[a-z ]+`,
	"$random.commerce.department":       `[A-Za-z, &]+`,
	"$random.commerce.productName":      `[A-Z][a-z]+ [A-Z][a-z]+ [A-Z][a-z]+`,
	"$random.commerce.material":         oneWord,
	"$random.commerce.price":            `\d{1,2}\.\d\d|100\.00`,
	"$random.commerce.price(5, 5.5)":    `5\.[0-5]\d`,
	"$random.commerce.price(7, 7)":      `7\.00`,
	"$random.commerce.promotionCode":    `[A-Z][a-z]+[A-Z][a-z]+\d{6}`,
	"$random.commerce.promotionCode(2)": `[A-Z][a-z]+[A-Z][a-z]+\d{2}`,

	"$random.company.name":        company,
	"$random.company.suffix":      `Inc|LLC|Group|and Sons`,
	"$random.company.industry":    `[A-Z][A-Za-z ]+`,
	"$random.company.profession":  `[a-z]+`,
	"$random.company.buzzword":    `.+`,
	"$random.company.catchPhrase": `[A-Z]\S+ [^A-Z]+`,
	"$random.company.bs":          `\S+ \S+ \S+( services)?`,
	"$random.company.logo":        `https://[a-z.]+/128/128/logo\?lock=\d+`,
	"$random.company.url":         `www\.[a-z]+\.example\.(com|net|org)`,

	"$random.crypto.md5":    `[0-9a-f]{32}`,
	"$random.crypto.sha1":   `[0-9a-f]{40}`,
	"$random.crypto.sha256": `[0-9a-f]{64}`,
	"$random.crypto.sha512": `[0-9a-f]{128}`,

	"$random.educator.university":      `[A-Z][A-Za-z ]+ (University|Institute|College|Academy)`,
	"$random.educator.course":          `(Associate Degree in|Bachelor of|Master of) [A-Z][A-Za-z ]+`,
	"$random.educator.secondarySchool": `[A-Z][a-z]+ [A-Z][A-Za-z ]+`,
	"$random.educator.campus":          `[A-Z][A-Za-z ]+ Campus`,

	"$random.finance.creditCard":                   card,
	"$random.finance.creditCard(visa)":             `4\d{3}-\d{4}-\d{4}-\d{4}`,
	"$random.finance.creditCard(american_express)": `3[47]\d{2}-\d{6}-\d{5}`,
	"$random.finance.bic":                          `[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?`,
	"$random.finance.iban":                         `[A-Z]{2}\d{2}[A-Z0-9]{11,28}`,
	"$random.finance.iban(DE)":                     `DE\d{20}`,
	"$random.finance.iban(\"NL\")":                 `NL\d{2}[A-Z]{4}\d{10}`,

	"$random.hacker.abbreviation": `[A-Z]+`,
	"$random.hacker.adjective":    `[a-z0-9 -]+`,
	"$random.hacker.noun":         `[a-z ]+`,
	"$random.hacker.verb":         `[a-z ]+`,
	"$random.hacker.ingverb":      `[a-z]+ing( up)?`,

	"$random.idNumber.valid":          `[0-8]\d\d-\d\d-\d{4}`,
	"$random.idNumber.invalid":        `\d{3}-\d\d-\d{4}`,
	"$random.idNumber.ssnValid":       `[0-8]\d\d-\d\d-\d{4}`,
	"$random.idNumber.validSvSeSsn":   `\d{6}-\d{4}`,
	"$random.idNumber.invalidSvSeSsn": `\d{6}-\d{4}`,

	"$random.internet.emailAddress":                    `[a-z0-9._]+@[a-z]+\.example\.(com|net|org)`,
	"$random.internet.emailAddress(me)":                `me@[a-z]+\.example\.(com|net|org)`,
	"$random.internet.safeEmailAddress":                `[a-z0-9._]+@example\.(com|net|org)`,
	"$random.internet.safeEmailAddress(\"a, b\")":      `a, b@example\.(com|net|org)`,
	"$random.internet.domainName":                      `[a-z]+\.example\.(com|net|org)`,
	"$random.internet.domainWord":                      `[a-z]+`,
	"$random.internet.domainSuffix":                    `[a-z]{2,4}`,
	"$random.internet.url":                             `www\.[a-z]+\.example\.(com|net|org)`,
	"$random.internet.avatar":                          `https://[a-z.]+/128/128/face\?lock=\d+`,
	"$random.internet.image":                           `https://[a-z.]+/\d{3,4}/\d{3,4}/[a-z]+\?lock=\d+`,
	"$random.internet.password":                        `[a-z0-9]{8,16}`,
	"$random.internet.password(false)":                 `[a-z]{8,16}`,
	"$random.internet.password(3, 5)":                  `[a-z0-9]{3,5}`,
	"$random.internet.password(3, 5, true)":            `[A-Za-z0-9]{3,5}`,
	"$random.internet.password(20, 20, true, true)":    `.*[!@#$%^&*].*`,
	"$random.internet.password(4,4,false,false,false)": `[a-z]{4}`,
	"$random.internet.macAddress":                      `[0-9a-f]{2}(:[0-9a-f]{2}){5}`,
	"$random.internet.macAddress(\"00:1a\")":           `00:1a(:[0-9a-f]{2}){4}`,
	"$random.internet.ipV4Address":                     octets,
	"$random.internet.privateIpV4Address":              `(10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))(\.\d{1,3}){2,3}`,
	"$random.internet.publicIpV4Address":               octets,
	"$random.internet.ipV4Cidr":                        octets + `/([1-9]|[12]\d|3[01])`,
	"$random.internet.ipV6Address":                     `[0-9a-f]{4}(:[0-9a-f]{4}){7}`,
	"$random.internet.ipV6Cidr":                        `[0-9a-f]{4}(:[0-9a-f]{4}){7}/\d{1,3}`,
	"$random.internet.slug":                            `[a-z]+_[a-z]+`,
	"$random.internet.uuid":                            `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`,
	"$random.internet.userAgent":                       `Mozilla/5\.0 .+`,
	"$random.internet.userAgent(firefox)":              `Mozilla/5\.0 .+ Firefox/\d+\.0`,
	"$random.internet.userAgentAny":                    `Mozilla/5\.0 .+`,
	"$random.lorem.character":                          `[a-z0-9]`,
	"$random.lorem.character(true)":                    `[A-Za-z0-9]`,
	"$random.lorem.characters":                         `[a-z0-9]{255}`,
	"$random.lorem.characters(true)":                   `[A-Za-z0-9]{255}`,
	"$random.lorem.characters(12)":                     `[a-z0-9]{12}`,
	"$random.lorem.characters(12, true)":               `[A-Za-z0-9]{12}`,
	"$random.lorem.characters(12, true, false)":        `[A-Za-z]{12}`,
	"$random.lorem.characters(2, 4)":                   `[a-z0-9]{2,4}`,
	"$random.lorem.characters(2, 4, true)":             `[A-Za-z0-9]{2,4}`,
	"$random.lorem.characters(2, 4, false, false)":     `[a-z]{2,4}`,
	"$random.lorem.word":                               `[a-z]+`,
	"$random.lorem.words":                              `[a-z]+ [a-z]+ [a-z]+`,
	"$random.lorem.words(2)":                           `[a-z]+ [a-z]+`,
	"$random.lorem.sentence":                           `[A-Z][a-z]*( [a-z]+){2,7}\.`,
	"$random.lorem.sentence(5)":                        `[A-Z][a-z]*( [a-z]+){4,9}\.`,
	"$random.lorem.sentence(2, 0)":                     `[A-Z][a-z]* [a-z]+\.`,
	"$random.lorem.sentences(2)":                       `[A-Z][a-z ]+\. [A-Z][a-z ]+\.`,
	"$random.lorem.paragraph":                          `([A-Z][a-z ]+\. ?){3,5}`,
	"$random.lorem.paragraph(1)":                       `([A-Z][a-z ]+\. ?){1,3}`,
	"$random.lorem.paragraphs(2)":                      `[A-Z][a-zA-Z. ]+\n[A-Z][a-zA-Z. ]+`,
	"$random.lorem.fixedString(20)":                    `[a-zA-Z. ]{20}`,
	"$random.name.name":                                people,
	"$random.name.nameWithMiddle":                      `(\S+ )?[A-Z][a-z]+ [A-Z][a-z]+ [A-Z][a-z]+( \S+)?`,
	"$random.name.fullName":                            people,
	"$random.name.firstName":                           oneWord,
	"$random.name.lastName":                            oneWord,
	"$random.name.prefix":                              `(Mr|Mrs|Ms|Dr)\.|Miss`,
	"$random.name.suffix":                              `[JS]r\.|[IV]+|MD|DDS|PhD|DVM`,
	"$random.name.title":                               `[A-Z][a-z]+ [A-Z][a-z]+ [A-Z][a-z]+`,
	"$random.name.username":                            `[a-z]+\.[a-z]+`,
	"$random.name.bloodGroup":                          `(A|B|AB|O)[+-]`,
	"$random.number.randomDigit":                       `\d`,
	"$random.number.randomDigitNotZero":                `[1-9]`,
	"$random.number.numberBetween(-2, 3)":              `-[12]|[0-2]`,
	"$random.number.numberBetween(1, 9)":               `[1-8]`,
	"$random.number.numberBetween(4, 4)":               `4`,
	"$random.number.randomNumber":                      `0|[1-9]\d{0,8}`,
	"$random.number.randomNumber(3, true)":             `[1-9]\d\d`,
	"$random.number.randomNumber(18, true)":            `[1-9]\d{17}`,
	"$random.number.randomNumber(2, false)":            `\d{1,2}`,
	"$random.number.randomDouble(2, 1, 3)":             `[12]\.\d\d|3\.00`,
	"$random.number.randomDouble(2, 1, 9)":             `[1-8]\.\d\d|9\.00`,
	"$random.number.randomDouble(0, 1, 3)":             `[123]`,
	"$random.number.digits(5)":                         `\d{5}`,
	"$random.number.digit":                             `\d`,
	"$random.phoneNumber.cellPhone":                    `[\d().# -]{12,14}`,
	"$random.phoneNumber.phoneNumber":                  `[\d().x -]{12,20}`,
	"$random.phoneNumber.extension":                    `\d{4}`,
	"$random.phoneNumber.subscriberNumber":             `\d{4}`,
	"$random.phoneNumber.subscriberNumber(6)":          `\d{6}`,
	"$random.shakespeare.hamletQuote":                  `[A-Z].+[.?!]`,
	"$random.shakespeare.asYouLikeItQuote":             `[A-Z].+[.?!]`,
	"$random.shakespeare.kingRichardIIIQuote":          `[A-Z].+[.?!]`,
	"$random.shakespeare.romeoAndJulietQuote":          `[A-Z].+[.?!]`,
	"$random.superhero.name":                           `[A-Z].+`,
	"$random.superhero.prefix":                         oneWord,
	"$random.superhero.suffix":                         `[A-Z][A-Za-z]*`,
	"$random.superhero.power":                          `[A-Z][A-Za-z -]+`,
	"$random.superhero.descriptor":                     oneWord,
	"$random.team.name":                                `[A-Z][A-Za-z ]+ [a-z]+`,
	"$random.team.creature":                            `[a-z]+`,
	"$random.team.state":                               `[A-Z][A-Za-z ]+`,
	"$random.team.sport":                               `[a-z ]+`,
	"$random.university.name":                          `[A-Z][A-Za-z ]+ (University|Institute|College|Academy)`,
	"$random.university.prefix":                        oneWord,
	"$random.university.suffix":                        oneWord,
}

const (
	oneWord = `[A-Z][a-z]+`
	octets  = `\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}`
	people  = `(\S+ )?[A-Z][a-z]+ [A-Z][a-z]+( \S+)?`
	company = `[A-Z][a-z]+( (Inc|LLC|Group|and Sons)| - [A-Z][a-z]+|, [A-Z][a-z]+ and [A-Z][a-z]+)`
	card    = `\d{3,4}(-\d{3,6}){2,3}`
	jsDate  = `(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \d\d 202[5-7] \d\d:\d\d:\d\d GMT\+0000 \(Coordinated Universal Time\)`
)

func image(topic string) string { return `https://[a-z.]+/640/480/` + topic + `\?lock=\d+` }

// noon is the time of the tests.
var noon = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

// call makes a value as it would be written in a template.
func call(t *testing.T, m *Maker, written string) string {
	t.Helper()
	name, rest, _ := strings.Cut(written, "(")
	v := Find(name)
	if v == nil {
		t.Fatalf("there is no %s", name)
	}
	var args []string
	if rest = strings.TrimSuffix(rest, ")"); strings.HasPrefix(rest, `"`) {
		args = []string{strings.Trim(rest, `"`)}
	} else if rest != "" {
		for arg := range strings.SplitSeq(rest, ",") {
			args = append(args, strings.TrimSpace(arg))
		}
	}
	generate := v.Read(args)
	if generate == nil {
		t.Fatalf("%s cannot be read: expected %s", written, v.Expected())
	}
	return generate(m)
}

// Every variable makes values of its form, whatever the numbers are.
func TestValues(t *testing.T) {
	tried := make(map[string]bool)
	for written, form := range examples {
		want := regexp.MustCompile(`^(?:` + form + `)$`)
		name, _, _ := strings.Cut(written, "(")
		tried[name] = true
		for seed := range 200 {
			m := &Maker{Random: Seed(seed).Stream(written), Now: noon}
			if got := call(t, m, written); !want.MatchString(got) {
				t.Errorf("seed %d: %s is %q", seed, written, got)
				break
			}
		}
	}
	for _, v := range all() {
		if !tried[v.name] {
			t.Errorf("%s is not tried", v.name)
		}
	}
}

// The manual has every variable, with an example that a value may look like, and
// with its arguments.
func TestManual(t *testing.T) {
	page, err := os.ReadFile("../../docs/dynamic.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := make(map[string]string)
	for _, m := range regexp.MustCompile("\\| `\\{\\{([^`]+)\\}\\}` \\| `([^`]+)` ").FindAllStringSubmatch(string(page), -1) {
		shown[m[1]] = strings.ReplaceAll(strings.ReplaceAll(m[2], `\|`, "|"), "↵", "\n")
	}
	for _, v := range all() {
		example, ok := shown[v.name]
		if !ok {
			t.Errorf("%s is not in the manual", v.name)
			continue
		}
		matches := false
		for written, form := range examples {
			if name, _, _ := strings.Cut(written, "("); name == v.name {
				matches = matches || regexp.MustCompile(`^(?:`+form+`)$`).MatchString(example)
			}
		}
		if !matches && !strings.HasSuffix(example, "…") { // which was cut
			t.Errorf("%s is not like %q", v.name, example)
		}
		if strings.Contains(v.forms, ":") {
			row := regexp.MustCompile("`\\{\\{" + regexp.QuoteMeta(v.name) + "\\}\\}`.*").FindString(string(page))
			for form := range strings.SplitSeq(v.forms, "|") {
				var params []string
				for _, p := range strings.Fields(form) {
					name, _, _ := strings.Cut(p, ":")
					params = append(params, name)
				}
				if len(params) > 0 && !strings.Contains(row, "`("+strings.Join(params, ", ")+")`") {
					t.Errorf("%s: the manual does not show %v", v.name, params)
				}
			}
		}
	}
}

// The names of Postman are 118, of which four are made elsewhere, and no name
// stands twice.
func TestNames(t *testing.T) {
	if n := len(Group("$random")); n != 118-len([]string{"$guid", "$timestamp", "$isoTimestamp", "$randomInt"}) {
		t.Errorf("%d names of Postman", n)
	}
	names := slices.Concat(Group("$random"), Group("$random."))
	if slices.Sort(names); len(slices.Compact(slices.Clone(names))) != len(names) || len(names) != len(all()) {
		t.Errorf("names stand twice in %v", names)
	}
	if got := len(Groups()); got != 23 {
		t.Errorf("%d groups", got)
	}
}

// Two references have two values.
func TestFresh(t *testing.T) {
	for _, v := range all() {
		m := &Maker{Random: Seed(1).Stream(v.name), Now: noon}
		generate := v.Read(nil)
		if generate == nil {
			continue
		}
		seen := make(map[string]bool)
		for range 100 {
			seen[generate(m)] = true
		}
		if len(seen) < 2 {
			t.Errorf("%s is always the same", v.name)
		}
	}
}

// The words of a list are all different, and none is empty.
func TestLists(t *testing.T) {
	for _, v := range all() {
		if v.list == "" {
			continue
		}
		words := strings.Split(v.list, "|")
		if slices.Sort(words); len(slices.Compact(slices.Clone(words))) != len(words) || words[0] == "" {
			t.Errorf("%s: %q", v.name, words)
		}
	}
	for _, list := range []string{countries, states, currencies} {
		for word := range strings.SplitSeq(list, "|") {
			if code, name, ok := strings.Cut(word, " "); !ok || strings.ToUpper(code) != code || name == "" {
				t.Errorf("%q has no code", word)
			}
		}
	}
}

// sum is a check of numbers: the digits, each times its weight.
func sum(digits string, weight func(i int) int) int {
	total := 0
	for i, c := range digits {
		d := int(c - '0')
		if c == 'X' {
			d = 10
		}
		total += d * weight(i)
	}
	return total
}

func luhnHolds(digits string) bool {
	total := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i]-'0') * (1 + i%2)
		total += d/10 + d%10
	}
	return total%10 == 0
}

// Numbers that carry check digits carry the right ones.
func TestCheckDigits(t *testing.T) {
	digitsOf := strings.NewReplacer("-", "", " ", "")
	for seed := range 500 {
		m := &Maker{Random: Seed(seed).Stream(), Now: noon}
		iban := call(t, m, "$randomBankAccountIban")
		var number strings.Builder
		for _, c := range iban[4:] + iban[:4] {
			if c >= 'A' {
				number.WriteString(strconv.Itoa(int(c-'A') + 10))
			} else {
				number.WriteRune(c)
			}
		}
		if n, _ := new(big.Int).SetString(number.String(), 10); n.Mod(n, big.NewInt(97)).Int64() != 1 {
			t.Fatalf("%s is no IBAN", iban)
		}
		for _, name := range []string{"$random.finance.creditCard", "$random.business.creditCardNumber", "$random.code.imei", "$random.idNumber.validSvSeSsn"} {
			if got := call(t, m, name); !luhnHolds(digitsOf.Replace(got)) {
				t.Fatalf("%s: %s", name, got)
			}
		}
		if got := call(t, m, "$random.idNumber.invalidSvSeSsn"); luhnHolds(digitsOf.Replace(got)) {
			t.Fatalf("%s is valid", got)
		}
		for _, name := range []string{"$random.code.ean8", "$random.code.ean13", "$random.code.isbn13", "$random.code.isbn13(true)"} {
			digits := digitsOf.Replace(call(t, m, name))
			if sum(digits, func(i int) int { return 1 + 2*((len(digits)-1-i)%2) })%10 != 0 {
				t.Fatalf("%s: %s", name, digits)
			}
		}
		if digits := digitsOf.Replace(call(t, m, "$random.code.isbn10(true)")); sum(digits, func(i int) int { return 10 - i })%11 != 0 {
			t.Fatalf("ISBN-10 %s", digits)
		}
		if got := call(t, m, "$random.idNumber.valid"); strings.HasPrefix(got, "000") || strings.HasPrefix(got, "666") || got[0] == '9' {
			t.Fatalf("social security number %s", got)
		}
		if got := call(t, m, "$randomBitcoin"); !base58Check(got) {
			t.Fatalf("%s is no address", got)
		}
	}
}

func base58Check(address string) bool {
	n := new(big.Int)
	for _, c := range address {
		n.Mul(n, big.NewInt(58)).Add(n, big.NewInt(int64(strings.IndexRune(base58, c))))
	}
	b := n.FillBytes(make([]byte, 25))
	first := sha256.Sum256(b[:21])
	second := sha256.Sum256(first[:])
	return b[0] == 0 && string(second[:4]) == string(b[21:])
}

// Dates are where their names say, in the zone of the clock.
func TestDates(t *testing.T) {
	zone := time.FixedZone("IST", 19800)
	for seed := range 300 {
		m := &Maker{Random: Seed(seed).Stream(), Now: noon.In(zone)}
		for name, from := range map[string][2]time.Duration{
			"$randomDateFuture": {0, year}, "$randomDatePast": {-year, 0}, "$randomDateRecent": {-day, 0},
		} {
			written := call(t, m, name)
			at, err := time.Parse("Mon Jan 02 2006 15:04:05 GMT-0700 (IST)", written)
			if d := at.Sub(noon); err != nil || d < from[0] || d > from[1] || !strings.Contains(written, "GMT+0530") {
				t.Fatalf("%s: %s, %v", name, written, err)
			}
		}
	}
}

// A stream is the same on every machine, in every version: a seed in the log of
// a run that failed is of use for longer than the program it was made with.
func TestStreamIsStable(t *testing.T) {
	m := &Maker{Random: Seed(42).Stream("requests/a.http", "1", "create"), Now: noon}
	got := []string{m.UUID(), m.Text(8, Digits), strconv.FormatInt(m.Integer(-5, 1<<40), 10), strconv.FormatFloat(m.Float(0, 1), 'f', -1, 64)}
	want := []string{"982eb197-472f-4c46-80c5-1d85028ad3e2", "74307244", "245942732819", "0.16912758562580676"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if a, b := Seed(1).Stream("a", "bc").Uint64(), Seed(1).Stream("ab", "c").Uint64(); a == b {
		t.Error("two places share a stream")
	}
	if a, b := Seed(1).Stream("a").Uint64(), Seed(2).Stream("a").Uint64(); a == b {
		t.Error("two seeds share a stream")
	}
	if one, other := Secure().Uint64(), Secure().Uint64(); one == other {
		t.Error("what is secure repeats")
	}
}

// Numbers reach both of their bounds, and go no further.
func TestBounds(t *testing.T) {
	r := Seed(3).Stream()
	seen := make(map[int64]bool)
	for range 1000 {
		n := r.Integer(-2, 2)
		if n < -2 || n > 1 {
			t.Fatal(n)
		}
		seen[n] = true
		if f := r.Float(0.5, 0.75); f < 0.5 || f >= 0.75 {
			t.Fatal(f)
		}
		if n := r.Integer(-1<<63, 1<<63-1); n == 1<<63-1 {
			t.Fatal(n)
		}
	}
	if len(seen) != 4 {
		t.Error(seen)
	}
}

func FuzzArguments(f *testing.F) {
	f.Add("$random.lorem.sentence", "3", "2", 2)
	f.Add("$random.internet.password", "8", "16", 2)
	f.Add("$random.number.randomDouble", "18", "-9223372036854775808", 3)
	f.Add("$random.commerce.price", "-1e308", "1e308", 2)
	f.Add("$random.lorem.characters", "65536", "true", 2)
	f.Fuzz(func(t *testing.T, name, first, second string, n int) {
		v := Find(name)
		if v == nil {
			return
		}
		args := []string{first, second, second, second, second}
		if generate := v.Read(args[:min(max(n, 0), len(args))]); generate != nil {
			generate(&Maker{Random: Seed(1).Stream(name), Now: noon})
		}
		if v.Expected() == "" {
			t.Errorf("%s does not say how it is written", name)
		}
	})
}
