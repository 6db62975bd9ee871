as in the package: agent/install.sh
