package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// keep is how long certificates are good for.
const keep = 24 * time.Hour

// certs are the files and secrets of one cluster.
type certs struct {
	authority, serving, servingKey string // paths
	accountKey                     string // path of the key that signs service account tokens
	authorityPEM                   []byte
}

// newCerts makes a certificate authority, a serving certificate for 127.0.0.1
// signed by it, and a key for service accounts, in the folder.
func newCerts(folder string) (*certs, error) {
	now := time.Now() //nolint:forbidigo // certificates are good from now on
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), chance())
	if err != nil {
		return nil, fmt.Errorf("making certificates: %w", err)
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "stowage-test"}, NotBefore: now.Add(-time.Minute), NotAfter: now.Add(keep),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	caDER, err := x509.CreateCertificate(chance(), ca, ca, &caKey.PublicKey, caKey)
	if err != nil {
		return nil, fmt.Errorf("making certificates: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), chance())
	if err != nil {
		return nil, fmt.Errorf("making certificates: %w", err)
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "kube-apiserver"}, NotBefore: now.Add(-time.Minute), NotAfter: now.Add(keep),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost", "kubernetes.default.svc"},
	}
	leafDER, err := x509.CreateCertificate(chance(), leaf, ca, &key.PublicKey, caKey)
	if err != nil {
		return nil, fmt.Errorf("making certificates: %w", err)
	}
	c := &certs{
		authority: filepath.Join(folder, "ca.crt"), serving: filepath.Join(folder, "apiserver.crt"),
		servingKey: filepath.Join(folder, "apiserver.key"), accountKey: filepath.Join(folder, "accounts.key"),
		authorityPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}),
	}
	accountKey, err := ecdsa.GenerateKey(elliptic.P256(), chance())
	if err != nil {
		return nil, fmt.Errorf("making certificates: %w", err)
	}
	return c, c.write(leafDER, key, accountKey)
}

func (c *certs) write(leaf []byte, key, accountKey *ecdsa.PrivateKey) error {
	files := map[string][]byte{c.authority: c.authorityPEM, c.serving: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf})}
	for path, k := range map[string]*ecdsa.PrivateKey{c.servingKey: key, c.accountKey: accountKey} {
		der, err := x509.MarshalECPrivateKey(k)
		if err != nil {
			return fmt.Errorf("writing key %q: %w", path, err)
		}
		files[path] = pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	}
	for path, data := range files {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return fmt.Errorf("writing certificates: %w", err)
		}
	}
	return nil
}

// chance is where keys come from.
func chance() io.Reader { return rand.Reader } //nolint:forbidigo // keys must be secrets

// newToken is a secret nobody can guess.
func newToken() string {
	var b [16]byte
	_, _ = io.ReadFull(chance(), b[:]) // never fails, see crypto/rand.Reader
	return hex.EncodeToString(b[:])
}
