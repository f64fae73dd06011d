package fake

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	locales = "af|am|an|ar|ast|az|be|bg|bn|br|bs|ca|ceb|ckb|co|cs|cy|da|de|el|en|eo|es|et|eu|fa|fi|fil|fo|fr|fy|ga|gd|gl|gn|gu|ha|" +
		"haw|he|hi|hmn|hr|ht|hu|hy|ia|id|ig|is|it|ja|jv|ka|kk|km|kn|ko|ku|ky|la|lb|ln|lo|lt|lv|mg|mi|mk|ml|mn|mr|ms|mt|my|nb|ne|nl|" +
		"nn|no|ny|oc|om|or|pa|pl|ps|pt|qu|rm|ro|ru|sd|si|sk|sl|sm|sn|so|sq|sr|st|su|sv|sw|ta|te|tg|th|ti|tk|to|tr|tt|tw|ug|uk|ur|uz|" +
		"vi|wa|xh|yi|yo|zh|zu"
	domainSuffixes  = "com|biz|info|name|net|org|io|co|dev"
	exampleDomains  = "example.com|example.net|example.org" // RFC 2606 section 3
	imageDimensions = "320 200|640 350|640 480|720 348|1024 768|1280 1024|1366 768|1600 1200|1920 1200"
	imageTopics     = "abstract|animals|business|cats|city|food|nightlife|fashion|people|nature|sports|transport"
	browsers        = "aol/chrome/firefox/internet_explorer/netscape/opera/safari"
	systems         = "Windows NT 10.0; Win64; x64|Macintosh; Intel Mac OS X 10_15_7|X11; Linux x86_64"

	months      = "January|February|March|April|May|June|July|August|September|October|November|December"
	weekdays    = "Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday"
	columns     = "id|title|name|email|phone|token|group|category|password|comment|avatar|status|createdAt|updatedAt"
	columnTypes = "bigint|binary|bit|blob|boolean|char|date|datetime|decimal|double|enum|float|geometry|int|json|mediumint|numeric|" +
		"point|real|serial|set|smallint|text|time|timestamp|tinyint|varbinary|varchar|year"
	collations = "ascii_bin|ascii_general_ci|cp1250_bin|cp1250_general_ci|latin1_bin|latin1_swedish_ci|utf8_bin|utf8_general_ci|" +
		"utf8_unicode_ci|utf8mb4_0900_ai_ci|utf8mb4_bin|utf8mb4_unicode_ci"
	engines = "ARCHIVE|BLACKHOLE|CSV|InnoDB|MEMORY|MyISAM"

	directories = "/Applications|/bin|/boot|/boot/defaults|/dev|/etc|/etc/defaults|/etc/mail|/etc/namedb|/etc/periodic|/etc/ppp|/home|" +
		"/home/user|/home/user/dir|/lib|/Library|/lost+found|/media|/mnt|/net|/Network|/opt|/opt/bin|/opt/include|/opt/lib|/opt/sbin|" +
		"/opt/share|/private|/private/tmp|/private/var|/proc|/rescue|/root|/sbin|/selinux|/srv|/sys|/System|/tmp|/Users|/usr|" +
		"/usr/X11R6|/usr/bin|/usr/include|/usr/lib|/usr/libdata|/usr/libexec|/usr/local/bin|/usr/local/src|/usr/obj|/usr/ports|" +
		"/usr/sbin|/usr/share|/usr/src|/var|/var/log|/var/mail|/var/spool|/var/tmp|/var/yp"
	fileTypes       = "application|audio|font|image|model|text|video"
	commonFileTypes = "application|audio|image|text|video"
	extensions      = "7z|aac|avi|bin|bmp|bz2|css|csv|doc|docx|eot|epub|flac|gif|gz|htm|html|ico|ics|jar|jpeg|jpg|js|json|log|m4a|md|" +
		"mid|mov|mp3|mp4|mpeg|odp|ods|odt|ogg|otf|pdf|png|ppt|pptx|ps|psd|rar|rtf|sql|svg|tar|tex|tiff|ttf|txt|wav|webm|webp|wmv|" +
		"woff|xhtml|xls|xlsx|xml|yaml|zip"
	commonExtensions = "gif|htm|html|jpeg|jpg|m2a|m2v|mp2|mp3|mp4|mpeg|mpg|pdf|png|shtml|txt|wav"
	mimeTypes        = "application/atom+xml|application/gzip|application/java-archive|application/javascript|application/json|" +
		"application/ld+json|application/msword|application/octet-stream|application/ogg|application/pdf|application/postscript|" +
		"application/rss+xml|application/rtf|application/sql|application/vnd.ms-excel|application/vnd.ms-powerpoint|" +
		"application/vnd.oasis.opendocument.text|application/x-tar|application/xhtml+xml|application/xml|application/zip|audio/aac|" +
		"audio/midi|audio/mpeg|audio/ogg|audio/wav|audio/webm|font/otf|font/ttf|font/woff|font/woff2|image/bmp|image/gif|image/jpeg|" +
		"image/png|image/svg+xml|image/tiff|image/webp|model/gltf+json|text/calendar|text/css|text/csv|text/html|text/markdown|" +
		"text/plain|text/xml|text/yaml|video/mp4|video/mpeg|video/ogg|video/quicktime|video/webm"
)

// email is an address that is nobody's.
func (m *Maker) email(local string) string {
	return strings.ToLower(local) + "@" + m.one("mail|post|inbox|office") + "." + m.one(exampleDomains)
}

func (m *Maker) exampleEmail(local string) string {
	return strings.ToLower(local) + "@" + m.one(exampleDomains)
}

func (m *Maker) domainWord() string { return strings.ToLower(m.lastName()) }

func (m *Maker) domainName() string { return m.domainWord() + "." + m.one(exampleDomains) }

func (m *Maker) webAddress(scheme string) string { return scheme + "://" + m.domainName() }

// octets are n numbers of [low, high] with points between them.
func (m *Maker) octets(n, low, high int) string {
	return several(n, ".", func() string { return strconv.Itoa(m.between(low, high)) })
}

// privateIPv4 is of a network that is not routed (RFC 1918, 1122, 3927).
func (m *Maker) privateIPv4() string {
	switch m.index(5) {
	case 0:
		return "10." + m.octets(3, 0, 255)
	case 1:
		return "127." + m.octets(3, 0, 255)
	case 2:
		return "169.254." + m.octets(2, 0, 255)
	case 3:
		return "192.168." + m.octets(2, 0, 255)
	}
	return "172." + m.octets(1, 16, 31) + "." + m.octets(2, 0, 255)
}

func (m *Maker) publicIPv4() string {
	for {
		switch first := m.between(1, 223); first {
		case 10, 127, 169, 172, 192: // some of which are private
		default:
			return strconv.Itoa(first) + "." + m.octets(3, 0, 255)
		}
	}
}

func (m *Maker) ipv6() string { return several(8, ":", func() string { return m.Text(4, hexa) }) }

// macAddress has the octets of a prefix first.
func (m *Maker) macAddress(prefix string) string {
	octets := strings.FieldsFunc(prefix, func(r rune) bool { return r == ':' })
	for len(octets) < 6 {
		octets = append(octets, m.Text(2, hexa))
	}
	return strings.Join(octets, ":")
}

// password has letters, or digits too, and capitals and signs if asked for.
func (m *Maker) password(length int, capitals, signs, digits bool) string {
	alphabet := Small
	if digits {
		alphabet += Digits
	}
	if capitals {
		alphabet += Capital
	}
	b := []byte(m.Text(length, alphabet))
	if signs {
		for range m.between(1, length) {
			b[m.index(length)] = "!@#$%^&*"[m.index(8)]
		}
	}
	return string(b)
}

func (m *Maker) version(parts int) string {
	return several(parts, ".", func() string { return strconv.Itoa(m.index(10)) })
}

func (m *Maker) userAgent(browser string) string {
	system := m.one(systems)
	switch browser {
	case "aol":
		return fmt.Sprintf("Mozilla/5.0 (compatible; MSIE 9.0; AOL 9.%d; Windows NT 6.1; WOW64; Trident/5.0)", m.index(8))
	case "firefox":
		n := m.between(90, 140)
		return fmt.Sprintf("Mozilla/5.0 (%s; rv:%d.0) Gecko/20100101 Firefox/%d.0", system, n, n)
	case "internet_explorer":
		return "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6." + strconv.Itoa(m.between(1, 2)) + "; Trident/6.0)"
	case "netscape":
		return "Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.8.1) Gecko/20071127 Netscape/9.0." + m.Text(1, Digits)
	case "opera":
		n := m.between(90, 140)
		return fmt.Sprintf("Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36 OPR/%d.0.0.0", system, n, n-14)
	case "safari":
		return fmt.Sprintf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/%d.%d Safari/605.1.15",
			m.between(13, 18), m.index(6))
	default:
		return fmt.Sprintf("Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36", system, m.between(90, 140))
	}
}

// imageURL leads to a picture of a topic.
func (m *Maker) imageURL(width, height, topic string) string {
	return fmt.Sprintf("https://loremflickr.com/%s/%s/%s?lock=%d", width, height, topic, m.between(1, 9999))
}

func (m *Maker) imageDataURI() string {
	svg := `<svg xmlns="http://www.w3.org/2000/svg" version="1.1" baseProfile="full" width="640" height="480">` +
		`<rect width="100%" height="100%" fill="` + m.hexColor() + `"/></svg>`
	return "data:image/svg+xml;charset=UTF-8," + url.PathEscape(svg)
}

func (m *Maker) hexColor() string { return "#" + m.Text(6, hexa) }

func (m *Maker) fileName(extension string) string {
	name := several(m.between(1, 3), "_", m.word)
	return name + "." + extension
}

// date is from low to high away from now, as JavaScript writes dates
// (ECMA-262 Date.prototype.toString; the name of the zone is up to who writes).
func (m *Maker) date(low, high time.Duration) string {
	d := low + time.Duration(m.below(uint64(high-low)))
	at := m.Now.Add(d)
	zone, offset := at.Zone()
	if offset == 0 && (zone == "UTC" || zone == "") {
		zone = "Coordinated Universal Time"
	}
	return at.Format("Mon Jan 02 2006 15:04:05 GMT-0700 (") + zone + ")"
}

const (
	day  = 24 * time.Hour
	year = 365 * day
)
