package fake

import "strings"

const (
	firstNames = "Ada|Adam|Agnes|Aisha|Alan|Albert|Alice|Amara|Amelia|Amir|Ana|Andrea|Anna|Anton|Arthur|Aurora|Barbara|Ben|Bianca|" +
		"Boris|Bruno|Camille|Carla|Carlos|Cecilia|Chen|Clara|Conrad|Dana|Daniel|Daria|David|Diego|Dora|Edith|Edward|Elena|Eli|" +
		"Elsa|Emil|Emma|Erik|Esther|Eva|Farid|Felix|Fiona|Flora|Frank|Frida|Gabriel|George|Gita|Grace|Greta|Gustav|Hana|Hannah|" +
		"Hassan|Hector|Helen|Henry|Hugo|Ida|Igor|Ines|Ingrid|Irene|Isaac|Ivan|Jack|Jana|Jasmine|Joan|John|Jonas|Julia|Karl|" +
		"Katarina|Kenji|Kofi|Lara|Laura|Lena|Leo|Lily|Linus|Lois|Louis|Lucia|Lydia|Magnus|Malik|Marcus|Maria|Martha|Max|Maya|" +
		"Mei|Mia|Milan|Mina|Mona|Nadia|Naomi|Nina|Noah|Nora|Olga|Oliver|Omar|Oscar|Otto|Pablo|Paula|Peter|Petra|Philip|Priya|" +
		"Rachel|Rafael|Rosa|Ruth|Samir|Samuel|Sara|Sofia|Stella|Sven|Tara|Theo|Thomas|Tomas|Uma|Vera|Victor|Viola|Walter|Wanda|" +
		"William|Xenia|Yara|Yusuf|Zara|Zoe"
	lastNames = "Abbott|Adler|Ahmed|Allen|Alvarez|Andersen|Archer|Bailey|Baker|Barnes|Bauer|Becker|Bell|Bennett|Berg|Bishop|Blake|" +
		"Brandt|Brown|Bryant|Burke|Byrne|Carter|Castro|Chandler|Chen|Clark|Cohen|Collins|Cooper|Costa|Crane|Cruz|Dalton|Davies|" +
		"Diaz|Dixon|Doyle|Dubois|Dunn|Edwards|Ellis|Evans|Farrell|Fischer|Fisher|Fleming|Flores|Foster|Fox|Frost|Garcia|Gibson|" +
		"Graham|Grant|Gray|Green|Gupta|Haas|Hall|Hansen|Harper|Hart|Hayes|Henry|Hill|Hoffman|Holmes|Horn|Hughes|Hunt|Ito|Jansen|" +
		"Jensen|Johnson|Jones|Kaufman|Keller|Kelly|Khan|Kim|King|Klein|Kovacs|Lambert|Lane|Larsen|Lee|Lewis|Lopez|Lund|Marsh|" +
		"Martin|Mason|Meyer|Miller|Moore|Moreau|Morgan|Murphy|Nakamura|Nash|Nelson|Nguyen|Novak|Olsen|Ortiz|Owens|Palmer|Park|" +
		"Parker|Patel|Perez|Peters|Porter|Price|Quinn|Ramos|Reed|Reyes|Rice|Rivera|Roberts|Rossi|Roth|Russell|Sanders|Santos|" +
		"Sato|Schmidt|Schneider|Shaw|Silva|Singh|Smith|Sousa|Stone|Suzuki|Swan|Tanaka|Taylor|Thomas|Torres|Turner|Vance|Vega|" +
		"Vogel|Wagner|Walker|Walsh|Ward|Weber|West|White|Wilson|Winter|Wolf|Wood|Wright|Young|Zimmer"
	prefixes    = "Mr.|Mrs.|Ms.|Miss|Dr."
	suffixes    = "Jr.|Sr.|I|II|III|IV|V|MD|DDS|PhD|DVM"
	bloodGroups = "O-|O+|A-|A+|B-|B+|AB-|AB+"

	jobDescriptors = "Lead|Senior|Direct|Corporate|Dynamic|Future|Product|National|Regional|District|Central|Global|Customer|" +
		"Investor|International|Legacy|Forward|Internal|Human|Chief|Principal"
	jobAreas = "Solutions|Program|Brand|Security|Research|Marketing|Directives|Implementation|Integration|Functionality|Response|" +
		"Paradigm|Tactics|Identity|Markets|Group|Division|Applications|Optimization|Operations|Infrastructure|Communications|" +
		"Web|Quality|Assurance|Mobility|Accounts|Data|Creative|Configuration|Accountability|Interactions|Factors|Usability|Metrics"
	jobTypes = "Supervisor|Associate|Executive|Liaison|Officer|Manager|Engineer|Specialist|Director|Coordinator|Administrator|" +
		"Architect|Analyst|Designer|Planner|Orchestrator|Technician|Developer|Producer|Consultant|Assistant|Facilitator|Agent|" +
		"Representative|Strategist"
)

func (m *Maker) firstName() string { return m.one(firstNames) }
func (m *Maker) lastName() string  { return m.one(lastNames) }

func (m *Maker) plainName() string { return m.firstName() + " " + m.lastName() }

// fullName is a name that may have a prefix or a suffix.
func (m *Maker) fullName() string { return m.titled(m.plainName()) }

func (m *Maker) titled(name string) string {
	switch m.index(6) {
	case 0:
		return m.one(prefixes) + " " + name
	case 1:
		return name + " " + m.one(suffixes)
	}
	return name
}

func (m *Maker) nameWithMiddle() string {
	return m.titled(m.firstName() + " " + m.firstName() + " " + m.lastName())
}

// userName is a name that accounts have, such as Ada.Lovelace42.
func (m *Maker) userName() string {
	name := m.firstName()
	switch m.index(3) {
	case 0:
		return name + m.Text(2, Digits)
	case 1:
		return name + m.one(".|_") + m.lastName()
	}
	return name + m.one(".|_") + m.lastName() + m.Text(2, Digits)
}

func (m *Maker) jobTitle() string {
	return m.one(jobDescriptors) + " " + m.one(jobAreas) + " " + m.one(jobTypes)
}

// phone fills in a pattern whose area is [2-9]XX. The exchange 555 belongs to
// hardly anybody.
func (m *Maker) phone(pattern string) string {
	return m.fillIn(strings.Replace(pattern, "AREA", m.Text(1, "23456789")+"##", 1))
}

// ssn is a social security number as the authority gives them out.
func (m *Maker) ssn() string {
	area := m.between(1, 898)
	if area >= 666 {
		area++
	}
	return padded(area, 3) + "-" + padded(m.between(1, 99), 2) + "-" + padded(m.between(1, 9999), 4)
}

// swedishSSN is a Swedish personal identity number, or one with a wrong check
// digit.
func (m *Maker) swedishSSN(valid bool) string {
	digits := padded(m.between(0, 99), 2) + padded(m.between(1, 12), 2) + padded(m.between(1, 28), 2) + m.Text(3, Digits)
	check := luhn(digits)
	if !valid {
		check = string('0' + (check[0]-'0'+1)%10)
	}
	return digits[:6] + "-" + digits[6:] + check
}
