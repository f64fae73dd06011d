package fake

import (
	"crypto/sha256"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

const (
	accountNames = "Auto Loan Account|Checking Account|Credit Card Account|Home Loan Account|Investment Account|Money Market Account|" +
		"Personal Loan Account|Savings Account"
	transactionTypes = "deposit|invoice|payment|withdrawal"

	// currencies are those of ISO 4217, the code of each before its name.
	currencies = "AED UAE Dirham|AFN Afghani|ALL Lek|AMD Armenian Dram|AOA Kwanza|ARS Argentine Peso|AUD Australian Dollar|" +
		"AZN Azerbaijanian Manat|BAM Convertible Marks|BBD Barbados Dollar|BDT Taka|BGN Bulgarian Lev|BHD Bahraini Dinar|BIF Burundi Franc|" +
		"BMD Bermudian Dollar|BND Brunei Dollar|BOB Boliviano|BRL Brazilian Real|BSD Bahamian Dollar|BTN Ngultrum|BWP Pula|BYN Belarusian Ruble|" +
		"BZD Belize Dollar|CAD Canadian Dollar|CDF Congolese Franc|CHF Swiss Franc|CLP Chilean Peso|CNY Yuan Renminbi|COP Colombian Peso|" +
		"CRC Costa Rican Colon|CVE Cape Verde Escudo|CZK Czech Koruna|DJF Djibouti Franc|DKK Danish Krone|DOP Dominican Peso|DZD Algerian Dinar|" +
		"EGP Egyptian Pound|ERN Nakfa|ETB Ethiopian Birr|EUR Euro|FJD Fiji Dollar|FKP Falkland Islands Pound|GBP Pound Sterling|GEL Lari|" +
		"GHS Cedi|GIP Gibraltar Pound|GMD Dalasi|GNF Guinea Franc|GTQ Quetzal|GYD Guyana Dollar|HKD Hong Kong Dollar|HNL Lempira|HTG Gourde|" +
		"HUF Forint|IDR Rupiah|ILS New Israeli Sheqel|INR Indian Rupee|IQD Iraqi Dinar|IRR Iranian Rial|ISK Iceland Krona|JMD Jamaican Dollar|" +
		"JOD Jordanian Dinar|JPY Yen|KES Kenyan Shilling|KGS Som|KHR Riel|KMF Comoro Franc|KRW Won|KWD Kuwaiti Dinar|KYD Cayman Islands Dollar|" +
		"KZT Tenge|LAK Kip|LBP Lebanese Pound|LKR Sri Lanka Rupee|LRD Liberian Dollar|LYD Libyan Dinar|MAD Moroccan Dirham|MDL Moldovan Leu|" +
		"MGA Malagasy Ariary|MKD Denar|MMK Kyat|MNT Tugrik|MOP Pataca|MUR Mauritius Rupee|MVR Rufiyaa|MWK Kwacha|MXN Mexican Peso|" +
		"MYR Malaysian Ringgit|MZN Metical|NAD Namibia Dollar|NGN Naira|NIO Cordoba Oro|NOK Norwegian Krone|NPR Nepalese Rupee|" +
		"NZD New Zealand Dollar|OMR Rial Omani|PAB Balboa|PEN Sol|PGK Kina|PHP Philippine Peso|PKR Pakistan Rupee|PLN Zloty|PYG Guarani|" +
		"QAR Qatari Rial|RON Romanian Leu|RSD Serbian Dinar|RUB Russian Ruble|RWF Rwanda Franc|SAR Saudi Riyal|SBD Solomon Islands Dollar|" +
		"SCR Seychelles Rupee|SDG Sudanese Pound|SEK Swedish Krona|SGD Singapore Dollar|SOS Somali Shilling|SRD Surinam Dollar|SYP Syrian Pound|" +
		"SZL Lilangeni|THB Baht|TJS Somoni|TND Tunisian Dinar|TOP Pa'anga|TRY Turkish Lira|TTD Trinidad and Tobago Dollar|" +
		"TWD New Taiwan Dollar|TZS Tanzanian Shilling|UAH Hryvnia|UGX Uganda Shilling|USD US Dollar|UYU Peso Uruguayo|UZS Uzbekistan Sum|" +
		"VND Dong|VUV Vatu|WST Tala|XAF CFA Franc BEAC|XCD East Caribbean Dollar|XOF CFA Franc BCEAO|XPF CFP Franc|YER Yemeni Rial|" +
		"ZAR Rand|ZMW Zambian Kwacha"
	currencySymbols = "$|€|£|¥|₩|₹|₽|₪|₫|₴|₦|₱|฿|₡|₲|₵|₸|₺|kr|zł|Kč|Ft|лв|R$|S/"

	// ibans are the accounts of countries (ISO 13616): digits n, capitals a, and
	// either c, each behind its length.
	ibans = "AD 8n12c|AE 19n|AT 16n|AZ 4a20c|BE 12n|BG 4a6n8c|BH 4a14c|BR 23n1a1c|CH 5n12c|CR 18n|CY 8n16c|CZ 20n|DE 18n|DK 14n|DO 4c20n|" +
		"EE 16n|ES 20n|FI 14n|FR 10n11c2n|GB 4a14n|GE 2a16n|GI 4a15c|GR 7n16c|GT 24c|HR 17n|HU 24n|IE 4a14n|IL 19n|IS 22n|IT 1a10n12c|" +
		"JO 4a4n18c|KW 4a22c|KZ 3n13c|LB 4n20c|LI 5n12c|LT 16n|LU 3n13c|LV 4a13c|MC 10n11c2n|MD 20c|ME 18n|MK 3n10c2n|MT 4a5n18c|" +
		"NL 4a10n|NO 11n|PK 4a16c|PL 24n|PS 4a21c|PT 21n|QA 4a21c|RO 4a16c|RS 18n|SA 2n18c|SE 20n|SI 15n|SK 20n|SM 1a10n12c|TN 20n|" +
		"TR 6n16c|UA 6n19c|VG 4a16n|XK 16n"

	// cards are the numbers of each kind without their check digits.
	cards = "visa 4###-####-####-###|mastercard 51##-####-####-###|mastercard 55##-####-####-###|discover 6011-####-####-###|" +
		"discover 65##-####-####-###|american_express 34##-######-####|american_express 37##-######-####|diners_club 368#-######-###|" +
		"jcb 3528-####-####-###|jcb 3529-####-####-###"
	cardKinds = "visa/mastercard/discover/american_express/diners_club/jcb"
)

// bic is a business identifier code (ISO 9362).
func (m *Maker) bic() string {
	code := m.Text(4, Capital) + m.coded(countries, true) + m.Text(2, Capital+Digits)
	if m.bool() {
		code += m.Text(3, Capital+Digits)
	}
	return code
}

// isIBANCountry reports whether a country has an IBAN.
func isIBANCountry(code string) bool {
	return len(code) == 2 && strings.Contains("|"+ibans, "|"+code+" ")
}

// iban is an international bank account number (ISO 13616) of a country, or of
// any. Its check digits are valid, but not those that some countries have within.
func (m *Maker) iban(country string) string {
	structure := m.one(ibans)
	for of := range strings.SplitSeq(ibans, "|") {
		if strings.HasPrefix(of, country+" ") {
			structure = of
		}
	}
	country, structure, _ = strings.Cut(structure, " ")
	var account strings.Builder
	for structure != "" {
		end := strings.IndexAny(structure, "nac")
		n, _ := strconv.Atoi(structure[:end])
		switch structure[end] {
		case 'n':
			account.WriteString(m.Text(n, Digits))
		case 'a':
			account.WriteString(m.Text(n, Capital))
		case 'c':
			account.WriteString(m.Text(n, Digits+Capital))
		}
		structure = structure[end+1:]
	}
	return fmt.Sprintf("%s%02d%s", country, 98-remainder97(account.String()+country+"00"), account.String())
}

// remainder97 is the remainder of a number whose letters stand for 10 to 35
// (ISO/IEC 7064 MOD 97-10).
func remainder97(s string) int {
	remainder := 0
	for _, c := range s {
		if c >= 'A' {
			remainder = (remainder*100 + int(c-'A') + 10) % 97
		} else {
			remainder = (remainder*10 + int(c-'0')) % 97
		}
	}
	return remainder
}

// creditCard is the number of a card of a kind, or of any.
func (m *Maker) creditCard(kind string) string {
	var patterns []string
	for card := range strings.SplitSeq(cards, "|") {
		if of, pattern, _ := strings.Cut(card, " "); of == kind || kind == "" {
			patterns = append(patterns, pattern)
		}
	}
	number := m.fillIn(m.one(strings.Join(patterns, "|")))
	return number + luhn(strings.ReplaceAll(number, "-", ""))
}

const base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// bitcoin is an address of a public key hash: Base58Check of version 0, 20
// random bytes and a check sum.
func (m *Maker) bitcoin() string {
	address := make([]byte, 21, 25)
	m.fill(address[1:])
	first := sha256.Sum256(address)
	second := sha256.Sum256(first[:])
	address = append(address, second[:4]...)

	n, digit, radix := new(big.Int).SetBytes(address), new(big.Int), big.NewInt(int64(len(base58)))
	var text []byte
	for n.Sign() > 0 {
		n.DivMod(n, radix, digit)
		text = append(text, base58[digit.Int64()])
	}
	for _, b := range address { // each zero byte in front is a digit
		if b != 0 {
			break
		}
		text = append(text, base58[0])
	}
	for i, j := 0, len(text)-1; i < j; i, j = i+1, j-1 {
		text[i], text[j] = text[j], text[i]
	}
	return string(text)
}

func padded(n, digits int) string { return fmt.Sprintf("%0*d", digits, n) }
