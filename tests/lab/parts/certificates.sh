# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with inside.sh and run
# Certificates and the kubeconfig. Elliptic curve keys: RSA would cost seconds.

new_key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)

# certificate NAME ORGANISATION [SUBJECT_ALTERNATIVE_NAMES]
certificate() {
  openssl req "${new_key[@]}" -subj "/O=$2/CN=$1" -keyout "certs/$1.key" -out "certs/$1.csr" 2>>logs/openssl.log
  # Without an extension OpenSSL makes a certificate of X.509 version 1, which rustls refuses.
  openssl x509 -req -in "certs/$1.csr" -CA certs/ca.crt -CAkey certs/ca.key -CAcreateserial -days 30 -out "certs/$1.crt" \
    -extfile <(printf 'basicConstraints=CA:FALSE\n%s\n' "${3:+subjectAltName=$3}") 2>>logs/openssl.log
}

# kubeconfig USER SERVER FILE. JSON is YAML too, and small tools read it without a YAML library.
kubeconfig() {
  cat >"$3" <<JSON
{"apiVersion": "v1", "kind": "Config", "current-context": "lab",
 "clusters": [{"name": "lab", "cluster": {"server": "$2", "certificate-authority-data": "$(base64 -w0 certs/ca.crt)"}}],
 "users": [{"name": "lab", "user": {"client-certificate-data": "$(base64 -w0 "certs/$1.crt")", "client-key-data": "$(base64 -w0 "certs/$1.key")"}}],
 "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "lab"}}]}
JSON
}

# all_certificates ADDRESS...: addresses at which the apiserver answers.
all_certificates() {
  local names="DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1,IP:10.96.0.1" address
  for address in "$@"; do names+=",IP:$address"; done
  openssl req -x509 "${new_key[@]}" -days 30 -subj /CN=chiron-lab -keyout certs/ca.key -out certs/ca.crt 2>>logs/openssl.log
  openssl ecparam -genkey -name prime256v1 -noout -out certs/service-accounts.key
  certificate apiserver lab "$names"
  certificate front-proxy lab
  certificate admin system:masters
}
