# shellcheck shell=bash
kubectl label node node-1 chiron.test/fault=lost
