# shellcheck shell=bash
# Two members: b is the same cluster, seen with a token that is no longer taken, or ($1 = valid) with what a has.
kubectl config view --raw --minify -o json | python3 -c '
import json, sys
config = json.load(sys.stdin)
cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
other = user if sys.argv[1:] == ["valid"] else {"token": "expired"}
config["clusters"] = [{"name": name, "cluster": cluster} for name in "ab"]
config["users"] = [{"name": "a", "user": user}, {"name": "b", "user": other}]
config["contexts"] = [{"name": name, "context": {"cluster": name, "user": name}} for name in "ab"]
config["current-context"] = "a"
json.dump(config, sys.stdout)
' "$@" >"$SCRATCH/contexts"
