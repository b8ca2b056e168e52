#!/bin/sh
# Fetch and unpack Debian source packages by name into build/deps/src.
#
#   deps/fetch.sh NAME [FILE...]   leaves build/deps/src/NAME/tree; does nothing when it is there.  With
#                                  FILEs, only those are unpacked, from the upstream archive.
#
# The system's apt configuration is only read: a private source list is derived from the entries it has
# (both the one-line and the deb822 format), kept with its package lists under build/deps/apt, and only
# that list is updated.  No host name stands here: what the machine installs from is what we fetch from.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
sources=$root/build/deps/src
apt=$root/build/deps/apt

# Turn the system's binary entries into source entries.
derive_lists() {
  mkdir -p "$apt/parts" "$apt/lists/partial" "$apt/cache/archives/partial"
  rm -f "$apt"/parts/*
  for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$f" ] || continue
    sed -n 's/^[[:space:]]*deb\(-src\)\{0,1\}[[:space:]]/deb-src /p' "$f"
  done | sort -u >"$apt/parts/system.list"
  n=0
  for f in /etc/apt/sources.list.d/*.sources; do
    [ -f "$f" ] || continue
    n=$((n + 1))
    sed 's/^[Tt]ypes:.*/Types: deb-src/' "$f" >"$apt/parts/system$n.sources"
  done
}

private_apt() {
  command=$1
  shift
  "$command" -q \
    -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$apt/parts" \
    -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache" \
    -o APT::Get::List-Cleanup=0 -o APT::Sandbox::User="$(id -un)" \
    -o Acquire::Languages=none -o Acquire::Retries=3 \
    -o Debug::NoLocking=1 "$@"
}

name=${1:?usage: deps/fetch.sh NAME [FILE...]}
shift
[ -e "$sources/$name/.complete" ] && exit 0

fail() {
  cat "$1" >&2
  echo "deps/fetch.sh: $2" >&2
  exit 1
}

if [ -z "$(find "$apt/update.log" -mmin -60 2>/dev/null)" ]; then
  derive_lists
  private_apt apt-get update >"$apt/update.part" 2>&1 ||
    fail "$apt/update.part" "apt-get update of the private source list failed"
  mv "$apt/update.part" "$apt/update.log"
fi
part=$sources/$name.part
rm -rf "$part" "$sources/$name"
mkdir -p "$part/tree"
cd "$part"
# A mirror may list a version it no longer holds: try every one, the newest first.
private_apt apt-cache showsrc --only-source "$name" 2>fetch.log | sed -n 's/^Version: //p' | sort -rVu >versions
found=
while read -r version; do
  if private_apt apt-get --download-only source "$name=$version" >>fetch.log 2>&1 </dev/null; then
    found=yes
    break
  fi
done <versions
[ -n "$found" ] || fail fetch.log "the source package $name could not be fetched"
if [ $# = 0 ]; then
  rmdir tree
  dpkg-source --no-check -x ./*.dsc tree >>fetch.log 2>&1 || fail fetch.log "$name could not be unpacked"
else
  archive=$(ls ./*.orig.tar.* | grep -v '\.asc$')
  top=$(tar -tf "$archive" 2>/dev/null | sed -n '1s,/.*,,p')
  for file; do printf '%s\n' "$top/$file"; done >files
  tar -C tree --strip-components=1 -T files -xf "$archive" 2>>fetch.log || fail fetch.log "$name could not be unpacked"
fi
: >.complete
mv "$part" "$sources/$name"
