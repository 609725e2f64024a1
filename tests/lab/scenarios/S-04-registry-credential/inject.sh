# shellcheck shell=bash
auth='{"auths": {"localhost:5000": {"username": "team", "password": "old"}}}'
kubectl patch secret/registry --type=merge -p "{\"data\": {\".dockerconfigjson\": \"$(base64 -w0 <<<"$auth")\"}}"
kubectl delete pod -l app=web --wait=false # what runs has its image
