package fake

import (
	"fmt"
	"strings"
)

const (
	cityPrefixes   = "North|East|West|South|New|Lake|Port"
	citySuffixes   = "town|ton|land|ville|berg|burgh|borough|bury|view|port|mouth|stad|furt|chester|fort|haven|side|shire"
	streetSuffixes = "Alley|Avenue|Branch|Bridge|Brook|Circle|Corner|Court|Creek|Crossing|Drive|Estate|Field|Forest|Garden|Glen|" +
		"Grove|Harbor|Heights|Hill|Island|Junction|Lake|Lane|Loop|Manor|Meadow|Mill|Park|Path|Place|Plaza|Point|Ridge|River|" +
		"Road|Route|Shore|Spring|Square|Station|Street|Terrace|Trail|Tunnel|Union|Valley|View|Village|Walk|Way|Wells"
	streetPrefixes = "East|North|Old|South|Upper|West"

	// countries are those of ISO 3166-1, the code of each before its name.
	countries = "AF Afghanistan|AL Albania|DZ Algeria|AD Andorra|AO Angola|AG Antigua and Barbuda|AR Argentina|AM Armenia|" +
		"AW Aruba|AU Australia|AT Austria|AZ Azerbaijan|BS Bahamas|BH Bahrain|BD Bangladesh|BB Barbados|BY Belarus|BE Belgium|" +
		"BZ Belize|BJ Benin|BM Bermuda|BT Bhutan|BO Bolivia|BA Bosnia and Herzegovina|BW Botswana|BR Brazil|BN Brunei|" +
		"BG Bulgaria|BF Burkina Faso|BI Burundi|KH Cambodia|CM Cameroon|CA Canada|CV Cape Verde|KY Cayman Islands|" +
		"CF Central African Republic|TD Chad|CL Chile|CN China|CO Colombia|KM Comoros|CG Congo|CR Costa Rica|HR Croatia|CU Cuba|" +
		"CY Cyprus|CZ Czechia|DK Denmark|DJ Djibouti|DM Dominica|DO Dominican Republic|EC Ecuador|EG Egypt|SV El Salvador|" +
		"GQ Equatorial Guinea|ER Eritrea|EE Estonia|SZ Eswatini|ET Ethiopia|FO Faroe Islands|FJ Fiji|FI Finland|FR France|" +
		"PF French Polynesia|GA Gabon|GM Gambia|GE Georgia|DE Germany|GH Ghana|GI Gibraltar|GR Greece|GL Greenland|GD Grenada|" +
		"GU Guam|GT Guatemala|GN Guinea|GW Guinea-Bissau|GY Guyana|HT Haiti|HN Honduras|HK Hong Kong|HU Hungary|IS Iceland|" +
		"IN India|ID Indonesia|IR Iran|IQ Iraq|IE Ireland|IM Isle of Man|IL Israel|IT Italy|JM Jamaica|JP Japan|JE Jersey|" +
		"JO Jordan|KZ Kazakhstan|KE Kenya|KI Kiribati|KW Kuwait|KG Kyrgyzstan|LA Laos|LV Latvia|LB Lebanon|LS Lesotho|LR Liberia|" +
		"LY Libya|LI Liechtenstein|LT Lithuania|LU Luxembourg|MO Macao|MG Madagascar|MW Malawi|MY Malaysia|MV Maldives|ML Mali|" +
		"MT Malta|MH Marshall Islands|MR Mauritania|MU Mauritius|MX Mexico|FM Micronesia|MD Moldova|MC Monaco|MN Mongolia|" +
		"ME Montenegro|MA Morocco|MZ Mozambique|MM Myanmar|NA Namibia|NR Nauru|NP Nepal|NL Netherlands|NC New Caledonia|" +
		"NZ New Zealand|NI Nicaragua|NE Niger|NG Nigeria|MK North Macedonia|NO Norway|OM Oman|PK Pakistan|PW Palau|PA Panama|" +
		"PG Papua New Guinea|PY Paraguay|PE Peru|PH Philippines|PL Poland|PT Portugal|PR Puerto Rico|QA Qatar|RO Romania|" +
		"RW Rwanda|KN Saint Kitts and Nevis|LC Saint Lucia|WS Samoa|SM San Marino|SA Saudi Arabia|SN Senegal|RS Serbia|" +
		"SC Seychelles|SL Sierra Leone|SG Singapore|SK Slovakia|SI Slovenia|SB Solomon Islands|SO Somalia|ZA South Africa|" +
		"KR South Korea|SS South Sudan|ES Spain|LK Sri Lanka|SD Sudan|SR Suriname|SE Sweden|CH Switzerland|SY Syria|TW Taiwan|" +
		"TJ Tajikistan|TZ Tanzania|TH Thailand|TL Timor-Leste|TG Togo|TO Tonga|TT Trinidad and Tobago|TN Tunisia|TR Turkey|" +
		"TM Turkmenistan|TV Tuvalu|UG Uganda|UA Ukraine|AE United Arab Emirates|GB United Kingdom|US United States|UY Uruguay|" +
		"UZ Uzbekistan|VU Vanuatu|VE Venezuela|VN Vietnam|EH Western Sahara|YE Yemen|ZM Zambia|ZW Zimbabwe"

	// states are those of the USA, the code of each before its name.
	states = "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|FL Florida|" +
		"GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|MD Maryland|" +
		"MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|" +
		"NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|" +
		"RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington|" +
		"WV West Virginia|WI Wisconsin|WY Wyoming"

	timeZones = "Africa/Cairo|Africa/Johannesburg|Africa/Lagos|Africa/Nairobi|America/Argentina/Buenos_Aires|America/Bogota|" +
		"America/Chicago|America/Denver|America/Halifax|America/Lima|America/Los_Angeles|America/Mexico_City|America/New_York|" +
		"America/Santiago|America/Sao_Paulo|America/Toronto|Asia/Bangkok|Asia/Dubai|Asia/Hong_Kong|Asia/Jakarta|Asia/Karachi|" +
		"Asia/Kolkata|Asia/Manila|Asia/Seoul|Asia/Shanghai|Asia/Singapore|Asia/Tashkent|Asia/Tehran|Asia/Tokyo|" +
		"Atlantic/Reykjavik|Australia/Melbourne|Australia/Perth|Australia/Sydney|Europe/Amsterdam|Europe/Athens|Europe/Berlin|" +
		"Europe/Dublin|Europe/Helsinki|Europe/Istanbul|Europe/Lisbon|Europe/London|Europe/Madrid|Europe/Paris|Europe/Rome|" +
		"Europe/Stockholm|Europe/Vienna|Europe/Warsaw|Europe/Zurich|Pacific/Auckland|Pacific/Fiji|Pacific/Honolulu"
)

// coded returns the code or the name of one of a list in which the code of each
// stands before its name.
func (m *Maker) coded(list string, code bool) string {
	before, name, _ := strings.Cut(m.one(list), " ")
	if code {
		return before
	}
	return name
}

func (m *Maker) state() string { return m.coded(states, false) }

func (m *Maker) city() string {
	switch m.index(4) {
	case 0:
		return m.one(cityPrefixes) + " " + m.firstName() + m.one(citySuffixes)
	case 1:
		return m.one(cityPrefixes) + " " + m.firstName()
	case 2:
		return m.firstName() + m.one(citySuffixes)
	}
	return m.lastName() + m.one(citySuffixes)
}

func (m *Maker) streetName() string {
	if m.bool() {
		return m.firstName() + " " + m.one(streetSuffixes)
	}
	return m.lastName() + " " + m.one(streetSuffixes)
}

// houseNumber is of 3 to 5 digits.
func (m *Maker) houseNumber() string { return m.Text(1, Digits[1:]) + m.Text(m.between(2, 4), Digits) }

func (m *Maker) streetAddress() string { return m.houseNumber() + " " + m.streetName() }

func (m *Maker) secondaryAddress() string { return m.one("Apt. |Suite ") + m.Text(3, Digits[1:]) }

func (m *Maker) zipCode() string {
	if m.bool() {
		return m.fillIn("#####")
	}
	return m.fillIn("#####-####")
}

func (m *Maker) fullAddress() string {
	return fmt.Sprintf("%s, %s, %s %s", m.streetAddress(), m.city(), m.coded(states, true), m.zipCode())
}

func (m *Maker) degrees(limit float64, places int) string {
	return decimals(m.Float(-limit, limit), places)
}
