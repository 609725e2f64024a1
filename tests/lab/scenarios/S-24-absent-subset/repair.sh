# shellcheck shell=bash
kubectl patch virtualservice/web --type=merge -p '{"spec": {"http": [{"route": [{"destination": {"host": "web", "subset": "v1"}, "weight": 100}]}]}}'
