# shellcheck shell=bash
kubectl patch virtualservice/web --type=merge -p '{"spec": {"http": [{"route": [
  {"destination": {"host": "web", "subset": "v1"}, "weight": 80},
  {"destination": {"host": "web", "subset": "v2"}, "weight": 20}]}]}}'
