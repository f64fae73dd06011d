package sandbox

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// validity is how long certificates are valid; a sandbox lives for minutes.
const validity = 30 * 24 * time.Hour

// authority is a certificate authority that exists only in memory. Its name
// constraints keep it harmless in a trust store: it can vouch for this machine
// alone.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pem         string
	from, until time.Time
}

func newAuthority(now time.Time) (*authority, error) {
	a := &authority{from: now.Add(-time.Hour), until: now.Add(validity)}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("sandbox certificate authority: %w", err)
	}
	template := &x509.Certificate{
		Subject:                     pkix.Name{CommonName: "postrider sandbox authority"},
		NotBefore:                   a.from,
		NotAfter:                    a.until,
		KeyUsage:                    x509.KeyUsageCertSign,
		BasicConstraintsValid:       true,
		IsCA:                        true,
		MaxPathLenZero:              true,
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         []string{"localhost"},
		PermittedIPRanges: []*net.IPNet{
			{IP: net.IPv4(127, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)},
			{IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
		},
	}
	a.key, a.certificate = key, template // self-signed: its own issuer
	if a.certificate, err = a.sign(template, key); err != nil {
		return nil, err
	}
	a.pem = certificatePEM(a.certificate)
	return a, nil
}

// sign issues a certificate for key. The serial number is random.
func (a *authority) sign(template *x509.Certificate, key *ecdsa.PrivateKey) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return nil, fmt.Errorf("sandbox certificate %q: %w", template.Subject.CommonName, err)
	}
	return x509.ParseCertificate(der)
}

// issue makes a key and a certificate for one end of a connection.
func (a *authority) issue(name string, usage x509.ExtKeyUsage, hosts []string, ips []net.IP) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("sandbox certificate %q: %w", name, err)
	}
	certificate, err := a.sign(&x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		NotBefore:   a.from,
		NotAfter:    a.until,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{usage},
		DNSNames:    hosts,
		IPAddresses: ips,
	}, key)
	return certificate, key, err
}

// server returns a certificate for every name of this machine.
func (a *authority) server() (tls.Certificate, error) {
	certificate, key, err := a.issue("postrider sandbox", x509.ExtKeyUsageServerAuth,
		[]string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback})
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{certificate.Raw}, PrivateKey: key, Leaf: certificate}, nil
}

// client returns a client certificate and its PKCS #8 key as PEM, and the
// serial number that a vendor registers.
func (a *authority) client(name string) (certificate, key string, serial *big.Int, err error) {
	issued, private, err := a.issue(name, x509.ExtKeyUsageClientAuth, nil, nil)
	if err != nil {
		return "", "", nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return "", "", nil, fmt.Errorf("key of sandbox certificate %q: %w", name, err)
	}
	key = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	return certificatePEM(issued), key, issued.SerialNumber, nil
}

// pool returns the authority as the only root.
func (a *authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

func certificatePEM(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}
