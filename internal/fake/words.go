package fake

import (
	"strings"
)

const (
	abbreviations = "AGP|AI|API|CSS|CSV|DNS|DRAM|EXE|FTP|GB|GPU|HDD|HTTP|IB|JSON|LAN|PCI|PNG|RAM|RSS|SAS|SCSI|SDD|SMS|SMTP|SQL|" +
		"SSD|SSH|SSL|TCP|TLS|UDP|USB|XML|XSS|YAML"
	adjectives = "1080p|auxiliary|back-end|bluetooth|cross-platform|digital|distributed|haptic|mobile|multi-byte|neural|online|" +
		"open-source|optical|parallel|primary|redundant|remote|solid state|virtual|wireless"
	nouns = "alarm|application|array|bandwidth|bus|cache|capacitor|card|circuit|driver|feed|firewall|hard drive|interface|kernel|" +
		"matrix|microchip|monitor|panel|pixel|port|program|protocol|router|sensor|server|system|thread|transmitter"
	verbs = "back up|bypass|calculate|compile|compress|connect|copy|encrypt|generate|hack|index|input|navigate|override|parse|" +
		"program|quantify|reboot|synthesize|transmit|upload"
	ingverbs = "backing up|bypassing|calculating|compiling|compressing|connecting|copying|encrypting|generating|hacking|indexing|" +
		"navigating|overriding|parsing|programming|quantifying|rebooting|synthesizing|transmitting|uploading"
	phrases = "If we VERB the NOUN, we can get to the ABBR NOUN through the ADJECTIVE ABBR NOUN!|" +
		"We need to VERB the ADJECTIVE ABBR NOUN!|" +
		"Try to VERB the ABBR NOUN, maybe it will VERB the ADJECTIVE NOUN!|" +
		"You can't VERB the NOUN without INGVERB the ADJECTIVE ABBR NOUN!|" +
		"Use the ADJECTIVE ABBR NOUN, then you can VERB the ADJECTIVE NOUN!|" +
		"The ABBR NOUN is down, VERB the ADJECTIVE NOUN so we can VERB the ABBR NOUN!|" +
		"INGVERB the NOUN won't do anything, we need to VERB the ADJECTIVE ABBR NOUN!|" +
		"I'll VERB the ADJECTIVE ABBR NOUN, that should NOUN the ABBR NOUN!"

	commonWords = "account|amber|anchor|arrow|autumn|bakery|balance|basket|bridge|bright|budget|button|candle|canvas|carpet|castle|" +
		"circle|clever|cloud|copper|corner|cotton|crystal|curious|dancer|desert|distant|dollar|dragon|eager|early|eastern|elastic|" +
		"engine|evening|falcon|feather|fiction|forest|fresh|frozen|garden|gentle|ginger|golden|granite|harbor|harvest|hidden|" +
		"honest|horizon|hungry|island|jacket|jungle|kettle|kitchen|ladder|lantern|leather|lemon|library|liquid|lively|lucky|" +
		"magnet|marble|market|meadow|mellow|metal|mirror|modern|morning|mountain|narrow|needle|nimble|ocean|olive|orange|orchard|" +
		"paper|pebble|pencil|pepper|picture|planet|pocket|polite|purple|quiet|rabbit|rapid|ribbon|river|rocket|saddle|sailor|" +
		"salad|scarlet|season|shadow|signal|silent|silver|simple|smooth|solar|spider|spring|square|steady|summer|sunny|table|" +
		"temple|tender|thunder|tiger|timber|travel|tunnel|turtle|valley|velvet|village|violet|wagon|walnut|window|winter|wonder|yellow"

	loremWords = "a|ab|accusamus|accusantium|ad|adipisci|alias|aliquam|aliquid|amet|animi|aperiam|architecto|asperiores|at|atque|aut|" +
		"autem|beatae|blanditiis|commodi|consectetur|consequatur|consequuntur|corporis|corrupti|culpa|cum|cumque|cupiditate|debitis|" +
		"delectus|deleniti|deserunt|dicta|dignissimos|distinctio|dolor|dolore|dolorem|doloremque|dolores|doloribus|dolorum|ducimus|" +
		"ea|eaque|earum|eius|eligendi|enim|eos|error|esse|est|et|eum|eveniet|ex|excepturi|exercitationem|expedita|explicabo|facere|" +
		"facilis|fuga|fugiat|fugit|harum|hic|id|illo|illum|impedit|in|incidunt|inventore|ipsa|ipsam|ipsum|iste|itaque|iure|iusto|" +
		"labore|laboriosam|laborum|laudantium|libero|magnam|magni|maiores|maxime|minima|minus|modi|molestiae|molestias|mollitia|nam|" +
		"natus|necessitatibus|nemo|neque|nihil|nisi|nobis|non|nostrum|nulla|numquam|obcaecati|occaecati|odio|odit|officia|officiis|" +
		"omnis|optio|pariatur|perferendis|perspiciatis|placeat|porro|possimus|praesentium|provident|quae|quaerat|quam|quas|quasi|qui|" +
		"quia|quibusdam|quidem|quis|quisquam|quo|quod|quos|ratione|recusandae|reiciendis|rem|repellat|repellendus|reprehenderit|" +
		"repudiandae|rerum|saepe|sapiente|sed|sequi|similique|sint|sit|soluta|sunt|suscipit|tempora|tempore|temporibus|tenetur|totam|" +
		"ullam|unde|ut|vel|velit|veniam|veritatis|vero|vitae|voluptas|voluptate|voluptatem|voluptates|voluptatibus|voluptatum"
)

func (m *Maker) phrase() string {
	var out []string
	for _, word := range strings.Fields(m.one(phrases)) {
		end := strings.TrimLeft(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
		switch strings.TrimSuffix(word, end) {
		case "VERB":
			word = m.one(verbs) + end
		case "INGVERB":
			word = m.one(ingverbs) + end
		case "NOUN":
			word = m.one(nouns) + end
		case "ADJECTIVE":
			word = m.one(adjectives) + end
		case "ABBR":
			word = m.one(abbreviations) + end
		}
		out = append(out, word)
	}
	return capitalize(strings.Join(out, " "))
}

// word is a word of the language or of a trade.
func (m *Maker) word() string { return m.one(commonWords) }

func (m *Maker) loremWord() string { return m.one(loremWords) }

func (m *Maker) loremWords(n int) string { return several(n, " ", m.loremWord) }

func (m *Maker) sentenceOf(words int) string { return capitalize(m.loremWords(words)) + "." }

func (m *Maker) sentence() string { return m.sentenceOf(m.between(3, 10)) }

func (m *Maker) sentences(n int) string { return several(n, " ", m.sentence) }

func (m *Maker) paragraph() string { return m.sentences(m.between(3, 6)) }

// loremText is some text without line breaks.
func (m *Maker) loremText() string {
	switch m.index(4) {
	case 0:
		return m.sentence()
	case 1:
		return m.sentences(m.between(2, 6))
	case 2:
		return m.loremWords(m.between(3, 10))
	}
	return m.paragraph()
}
