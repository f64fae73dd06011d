package parser

import "strings"

// foreignOptions are the options of curl that take a value and mean nothing
// here, so that the value is not taken for a URL.
const foreignOptions = " abstract-unix-socket alt-svc aws-sigv4 cacert capath ciphers config connect-to continue-at create-file-mode " +
	"crlfile curves delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url ech egd-file engine etag-compare etag-save " +
	"expand-data expect100-timeout form-string ftp-account ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode " +
	"happy-eyeballs-timeout-ms haproxy-clientip hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway keepalive-cnt keepalive-time " +
	"krb libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt max-filesize netrc-file noproxy " +
	"output-dir parallel-max pass pinnedpubkey postquote preproxy proto proto-default proxy-cacert proxy-capath proxy-cert " +
	"proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name " +
	"proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 pubkey quote random-file rate request-target " +
	"resolve retry retry-delay retry-max-time sasl-authzid service-name socks4 socks4a socks5 socks5-gssapi-service socks5-hostname " +
	"speed-limit speed-time stderr telnet-option tftp-blksize time-cond tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace " +
	"trace-ascii trace-config unix-socket upload-file url-query variable vlan-priority "

// foreignLetters are the short names of foreign options.
const foreignLetters = "CKPQTUYhtyz"

func foreignOption(name string) bool { return strings.Contains(foreignOptions, " "+name+" ") }
