# shellcheck shell=bash
auth='{"auths": {"localhost:5000": {"username": "team", "password": "right"}}}'
kubectl patch secret/registry --type=merge -p "{\"data\": {\".dockerconfigjson\": \"$(base64 -w0 <<<"$auth")\"}}"
