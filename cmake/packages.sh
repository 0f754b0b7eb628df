#!/bin/sh
# Installs what is missing of the packages listed in debian-packages for the given purposes.
# Usage: cmake/packages.sh PURPOSE...      (build, test, browser, format, fuzz)
# Asks for nothing and touches nothing when everything is there, so that it works offline.
set -eu

list="$(dirname "$0")/../debian-packages"
wanted=""
for purpose in "$@"; do
    wanted="$wanted $(sed -n "s/^$purpose  *//p" "$list")"
done

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "packages: this is no Debian; the equivalents of these must be there:" $wanted >&2
    exit 0
fi

missing=""
for package in $wanted; do
    dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
        missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    become=""
elif command -v sudo >/dev/null 2>&1; then
    become="sudo"
    [ -t 0 ] || become="sudo -n" # nobody is there to type a password
else
    echo "packages: missing:$missing" >&2
    echo "packages: neither root nor sudo is available; as root, run:" >&2
    echo "    apt-get update && apt-get install$missing" >&2
    exit 1
fi

echo "packages: installing$missing"
apt="$become env DEBIAN_FRONTEND=noninteractive apt-get -q -y"
$apt update </dev/null || echo "packages: apt-get update failed; trying with what is known" >&2
if ! $apt install --no-install-recommends $missing </dev/null; then
    echo "packages: could not install$missing" >&2
    echo "packages: look at the lines of apt-get above (network? password for sudo?)" >&2
    exit 1
fi
