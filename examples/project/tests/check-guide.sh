#!/bin/sh
# The guide has to name the version that is in version.txt.
version=$(cat version.txt)
if ! grep -q "Lantern $version" docs/guide.md; then
  echo "docs/guide.md does not name version $version" >&2
  exit 1
fi
echo "docs/guide.md names version $version"
