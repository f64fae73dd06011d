package fake

import "strings"

const (
	companySuffixes = "Inc|LLC|Group|and Sons"
	industries      = "Accounting|Agriculture|Architecture|Automotive|Aviation|Banking|Biotechnology|Broadcast Media|Chemicals|" +
		"Civil Engineering|Computer Games|Computer Hardware|Computer Software|Construction|Consumer Goods|Design|Education|" +
		"Electronics|Entertainment|Environmental Services|Fine Art|Fishery|Furniture|Glass and Ceramics|Health Care|Hospitality|" +
		"Insurance|Internet|Law Practice|Libraries|Logistics|Machinery|Maritime|Medical Devices|Mining|Music|Packaging|" +
		"Pharmaceuticals|Photography|Plastics|Printing|Publishing|Railroads|Real Estate|Renewable Energy|Research|Retail|" +
		"Semiconductors|Shipbuilding|Sports|Telecommunications|Textiles|Tobacco|Utilities|Warehousing|Wholesale|Wine and Spirits"
	professions = "accountant|actor|architect|astronomer|baker|barber|bookbinder|botanist|butcher|carpenter|chef|chemist|cleaner|" +
		"dentist|designer|doctor|economist|editor|electrician|engineer|farmer|firefighter|fisherman|florist|gardener|geologist|" +
		"glazier|historian|interpreter|journalist|judge|lawyer|librarian|mechanic|miner|musician|nurse|optician|painter|" +
		"pharmacist|philosopher|photographer|physicist|pilot|plumber|potter|programmer|sailor|sculptor|secretary|shoemaker|" +
		"surgeon|tailor|teacher|translator|veterinarian|waiter|watchmaker|welder|writer"

	catchAdjectives = "Adaptive|Advanced|Assimilated|Automated|Balanced|Centralized|Compatible|Configurable|Customizable|" +
		"Decentralized|Devolved|Digitized|Distributed|Diverse|Enhanced|Ergonomic|Exclusive|Expanded|Extended|Focused|Fundamental|" +
		"Grounded|Horizontal|Implemented|Innovative|Integrated|Intuitive|Inverse|Managed|Mandatory|Monitored|Multilayered|" +
		"Networked|Optimized|Organic|Organized|Persistent|Phased|Polarized|Proactive|Profound|Programmable|Progressive|Public|" +
		"Quality|Reactive|Realigned|Reduced|Reverse|Robust|Seamless|Secured|Sharable|Stand-alone|Streamlined|Synchronised|" +
		"Total|Universal|Upgradable|Versatile|Virtual|Visionary"
	catchDescriptors = "24 hour|24/7|analyzing|asymmetric|asynchronous|background|bifurcated|bottom-line|clear-thinking|" +
		"client-driven|client-server|coherent|cohesive|composite|content-based|contextually-based|dedicated|demand-driven|" +
		"didactic|directional|discrete|dynamic|eco-centric|empowering|encompassing|executive|explicit|fault-tolerant|" +
		"foreground|full-range|global|grid-enabled|heuristic|high-level|holistic|homogeneous|human-resource|hybrid|impactful|" +
		"incremental|interactive|intermediate|leading edge|local|logistical|maximized|mission-critical|mobile|modular|" +
		"motivating|multi-tasking|national|neutral|next generation|object-oriented|optimal|radical|real-time|reciprocal|" +
		"regional|responsive|scalable|secondary|stable|static|systematic|tangible|tertiary|transitional|uniform|user-facing|" +
		"value-added|web-enabled|well-modulated|zero tolerance"
	catchNouns = "ability|access|adapter|algorithm|alliance|analyzer|application|approach|architecture|archive|array|attitude|" +
		"benchmark|capability|capacity|challenge|circuit|collaboration|complexity|concept|conglomeration|contingency|core|" +
		"customer loyalty|data-warehouse|database|definition|emulation|encoding|encryption|extranet|firmware|flexibility|focus " +
		"group|forecast|frame|framework|function|functionalities|graphic interface|groupware|hardware|help-desk|hierarchy|hub|" +
		"implementation|infrastructure|initiative|installation|instruction set|interface|intranet|knowledge base|leverage|" +
		"local area network|matrix|methodology|middleware|migration|model|moderator|monitoring|neural-net|open system|" +
		"orchestration|paradigm|parallelism|policy|portal|process improvement|product|productivity|project|projection|" +
		"protocol|service-desk|software|solution|standardization|strategy|structure|success|superstructure|support|synergy|" +
		"task-force|throughput|time-frame|toolset|utilisation|website|workforce"

	bsVerbs = "aggregate|architect|benchmark|brand|cultivate|deliver|deploy|disintermediate|drive|embrace|empower|enable|engage|" +
		"engineer|enhance|envision|evolve|expedite|exploit|extend|facilitate|generate|grow|harness|implement|incentivize|" +
		"incubate|innovate|integrate|iterate|leverage|maximize|mesh|monetize|morph|optimize|orchestrate|productize|recontextualize|" +
		"redefine|reinvent|repurpose|revolutionize|scale|seize|strategize|streamline|syndicate|synergize|synthesize|target|" +
		"transform|transition|unleash|utilize|visualize|whiteboard"
	bsAdjectives = "24/365|24/7|B2B|B2C|back-end|best-of-breed|bleeding-edge|bricks-and-clicks|clicks-and-mortar|collaborative|" +
		"compelling|cross-media|cross-platform|customized|cutting-edge|distributed|dot-com|dynamic|e-business|efficient|" +
		"end-to-end|enterprise|extensible|frictionless|front-end|global|granular|holistic|impactful|innovative|integrated|" +
		"interactive|intuitive|killer|leading-edge|magnetic|mission-critical|next-generation|one-to-one|open-source|" +
		"out-of-the-box|plug-and-play|proactive|real-time|revolutionary|rich|robust|scalable|seamless|sticky|strategic|" +
		"synergistic|transparent|turn-key|ubiquitous|user-centric|value-added|vertical|viral|virtual|visionary|web-enabled|" +
		"wireless|world-class"
	bsNouns = "action-items|applications|architectures|bandwidth|blockchains|channels|communities|content|convergence|" +
		"deliverables|e-business|e-commerce|e-markets|e-services|e-tailers|experiences|eyeballs|functionalities|infomediaries|" +
		"infrastructures|initiatives|interfaces|markets|methodologies|metrics|mindshare|models|networks|niches|paradigms|" +
		"partnerships|platforms|portals|relationships|ROI|schemas|solutions|supply-chains|synergies|systems|technologies|" +
		"users|vortals|web services|web-readiness"

	colors = "azure|black|blue|crimson|cyan|fuchsia|gold|green|grey|indigo|ivory|lavender|lime|magenta|maroon|mint green|olive|" +
		"orange|orchid|pink|plum|purple|red|salmon|silver|sky blue|tan|teal|turquoise|violet|white|yellow"
	departments = "Automotive|Baby|Beauty|Books|Clothing|Computers|Electronics|Games|Garden|Grocery|Health|Home|Industrial|" +
		"Jewelery|Kids|Movies|Music|Outdoors|Shoes|Sports|Tools|Toys"
	productAdjectives = "Awesome|Durable|Elegant|Ergonomic|Fantastic|Generic|Gorgeous|Handcrafted|Handmade|Incredible|" +
		"Intelligent|Licensed|Lightweight|Practical|Refined|Rustic|Sleek|Small|Tasty|Unbranded"
	productMaterials = "Aluminum|Bronze|Concrete|Copper|Cotton|Fresh|Frozen|Granite|Iron|Leather|Linen|Marble|Metal|Paper|" +
		"Plastic|Rubber|Silk|Soft|Steel|Wooden|Wool"
	products = "Bacon|Bag|Ball|Bench|Bike|Bottle|Car|Chair|Cheese|Chicken|Chips|Clock|Coat|Computer|Fish|Gloves|Hat|Keyboard|" +
		"Knife|Lamp|Mouse|Pants|Pizza|Plate|Salad|Sausages|Shirt|Shoes|Soap|Table|Towels|Tuna|Wallet|Watch"
	promotionAdjectives = "Amazing|Awesome|Cool|Good|Great|Incredible|Killer|Premium|Special|Stellar|Sweet"
	promotionNouns      = "Code|Deal|Discount|Price|Promo|Promotion|Sale|Savings"

	courses = "Arts|Biology|Business|Chemistry|Commerce|Communications|Computer Science|Design|Economics|Education|Engineering|" +
		"Geography|History|Law|Linguistics|Mathematics|Medicine|Music|Nursing|Philosophy|Physics|Psychology|Science|Sociology"
	campuses        = "Vineyard|Riverside|Hillcrest|Lakeview|Northgate|Old Town|Harbour|Meadow|Garden|Station"
	universityTitle = "University|Institute|College|Academy"
	directions      = "The|Northern|North|Western|West|Southern|South|Eastern|East"
)

func (m *Maker) companyName() string {
	switch m.index(3) {
	case 0:
		return m.lastName() + " " + m.one(companySuffixes)
	case 1:
		return m.lastName() + " - " + m.lastName()
	}
	return m.lastName() + ", " + m.lastName() + " and " + m.lastName()
}

func (m *Maker) catchPhrase() string {
	return m.one(catchAdjectives) + " " + m.one(catchDescriptors) + " " + m.one(catchNouns)
}

func (m *Maker) bs() string { return m.one(bsVerbs) + " " + m.one(bsAdjectives) + " " + m.one(bsNouns) }

func (m *Maker) productName() string {
	return m.one(productAdjectives) + " " + m.one(productMaterials) + " " + m.one(products)
}

func (m *Maker) university() string {
	name := m.lastName()
	if m.index(4) == 0 {
		name = m.state()
	}
	if m.bool() {
		name = m.one(directions) + " " + name
	}
	return name + " " + m.one(universityTitle)
}

// department is one of a shop, or up to three: Books, Games & Toys.
func (m *Maker) department() string {
	all := make([]string, m.between(1, 3))
	for i := range all {
		all[i] = m.one(departments)
	}
	last := len(all) - 1
	if last == 0 {
		return all[0]
	}
	return strings.Join(all[:last], ", ") + " & " + all[last]
}
