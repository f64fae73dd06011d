#!/bin/sh
# Makes the keys and certificates of keypair_test.go with OpenSSL 3: one identity
# for each kind of key, in every form that OpenSSL writes. They protect nothing.
set -eu
cd "$(dirname "$0")"
pass=pass:s3cret-passphrase

openssl ecparam -name prime256v1 -genkey -noout -out ec.sec1.pem
openssl genrsa -traditional -out rsa.pkcs1.pem 2048
for kind in ec rsa; do
	key=$(ls $kind.*1.pem)
	openssl req -x509 -key "$key" -out $kind.cert.pem -days 36500 -subj /CN=$kind-client
	openssl x509 -in $kind.cert.pem -outform DER -out $kind.cert.der
	openssl pkcs8 -topk8 -nocrypt -in "$key" -out $kind.pkcs8.pem
	openssl pkcs8 -topk8 -nocrypt -in "$key" -outform DER -out $kind.pkcs8.der
	openssl pkcs8 -topk8 -in "$key" -passout $pass -out $kind.pkcs8-encrypted.pem
	openssl pkcs12 -export -in $kind.cert.pem -inkey "$key" -passout $pass -out $kind.p12
done
openssl ec -in ec.sec1.pem -outform DER -out ec.sec1.der
openssl ec -in ec.sec1.pem -aes256 -passout $pass -out ec.dek.pem
openssl rsa -in rsa.pkcs1.pem -traditional -des3 -passout $pass -out rsa.dek.pem
openssl rsa -in rsa.pkcs1.pem -traditional -outform DER -out rsa.pkcs1.der
openssl pkcs8 -topk8 -in ec.sec1.pem -passout $pass -outform DER -out ec.pkcs8-encrypted.der
openssl pkcs8 -topk8 -in ec.sec1.pem -passout $pass -v2 des3 -v2prf hmacWithSHA1 -out ec.pkcs8-3des.pem
openssl pkcs8 -topk8 -in ec.sec1.pem -passout $pass -v2 aes-128-cbc -v2prf hmacWithSHA512 -out ec.pkcs8-aes128.pem
openssl pkcs8 -topk8 -in ec.sec1.pem -passout $pass -scrypt -out ec.pkcs8-scrypt.pem
openssl pkcs12 -export -in ec.cert.pem -inkey ec.sec1.pem -certfile rsa.cert.pem -passout $pass -out ec.chain.p12
openssl pkcs12 -export -in ec.cert.pem -inkey ec.sec1.pem -passout pass: -out ec.nopass.p12
openssl pkcs12 -export -legacy -in ec.cert.pem -inkey ec.sec1.pem -passout $pass -out ec.legacy.p12
