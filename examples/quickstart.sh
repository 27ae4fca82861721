#!/usr/bin/env bash
# The quick start: builds Backfeed if need be, makes a DuckDB warehouse with a table of customer health
# scores, and syncs it to a stand-in for Salesforce. Needs a JDK, 17 or newer, and no account anywhere.
# The argument is the folder for the database, by default examples/target; each run starts afresh.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname "$here")"
jar="$root/driver/target/backfeed.jar"
folder="${1:-$here/target}"

die() {
  echo "quickstart: $*" >&2
  exit 1
}

java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
version="$("$java" -version 2>&1)" || die "no Java found: install a JDK, 17 or newer, or set JAVA_HOME"
major="$(printf '%s\n' "$version" | sed -n 's/.* version "\([0-9][0-9]*\).*/\1/p' | sed -n 1p)"
[ "${major:-0}" -ge 17 ] || die "Java ${major:-of an unknown version} is too old: install a JDK, 17 or newer"

# Whether a source is younger than the jar.
outdated() {
  [ ! -f "$jar" ] || [ -n "$(find "$root/pom.xml" "$root"/{parser,engine,connectors,driver}/{pom.xml,src} \
    -path '*/src/test' -prune -o -type f -newer "$jar" -print)" ]
}

mkdir -p "$here/target"
if outdated; then
  echo "Building driver/target/backfeed.jar: about two minutes, more the first time, when libraries are downloaded."
  log="$here/target/build.log"
  (cd "$root" && ./mvnw -q -B -DskipTests package) >"$log" 2>&1 || {
    tail -n 40 "$log" >&2
    die "the build failed; all of its output is in $log"
  }
fi

mkdir -p "$folder"
database="$(cd "$folder" && pwd)/quickstart.duckdb"
url="jdbc:backfeed:duckdb:$database"
rm -f "$database" "$database.wal"
echo "Making a fresh warehouse: $database"
"$java" -jar "$jar" shell "$url" -f "$here/quickstart-model.sql" >/dev/null
echo
"$java" -jar "$jar" shell "$url" -f "$here/quickstart.sql"

cat <<END

The warehouse stays at $database
Explore it, or change the model and say SYNC NOW customer_health; again:

  java -jar "$jar" shell "$url"
END
