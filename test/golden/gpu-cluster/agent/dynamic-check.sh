as in the package: agent/dynamic-check.sh
