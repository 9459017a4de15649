#!/usr/bin/env bash
# Packs the program, installs the tarball in an empty folder and uses it there as a newcomer would.
# Ends with "N passed, M failed", and fails if any did.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

project=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Nothing of the caller's own settings: no remote, no branch of a CI, no git configuration.
for name in $(compgen -e); do
  case $name in POINTSMAN_* | PIPELINE_* | GIT_* | GITHUB_* | CI | CI_* | FORCE_COLOR) unset "$name" ;; esac
done
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 PIPELINE_DIR="$work/none"

passed=0 failed=0 output='' status=0

# run COMMAND…: keeps what it prints in $output and its exit code in $status
run() {
  status=0
  output=$("$@" 2>"$work/stderr") || status=$?
}

# check WHAT CONDITION…: one counted step; on failure shows what the last `run` gave
check() {
  local what=$1
  shift
  if "$@"; then
    passed=$((passed + 1)) && echo "ok    $what"
  else
    failed=$((failed + 1)) && echo "FAIL  $what (exit $status)"
    sed 's/^/      | /' <<<"$output" && sed 's/^/      ! /' "$work/stderr"
  fi
}

exits() { [[ $status -eq $1 ]]; }
says() { [[ $output == *"$1"* ]]; }
is_empty() { [[ -z $(ls -A "$1") ]]; }
# json EXPRESSION [VALUE…]: whether it is true of the output as JSON, `it`
json() { node -e 'const [code, text, ...values] = process.argv.slice(1);
  process.exitCode = new Function("it", "values", `return ${code}`)(JSON.parse(text), values) === true ? 0 : 1' "$1" "$output" "${@:2}" 2>/dev/null; }
field() { node -p "JSON.parse(process.argv[1])['$1']" "$output" 2>/dev/null || true; }

# --- the tarball
npm pack --silent --pack-destination "$work" >/dev/null
tarball=$(ls "$work"/*.tgz)
run tar -tzf "$tarball"
contains() { local file; for file; do grep -q "^package/$file" <<<"$output" || return 1; done; }
only() { ! grep -Evq "^package/($1)" <<<"$output"; }
check "the tarball has what users need" contains dist/cli.cjs dist/index.js dist/types/index.d.ts \
  schemas/pointers.schema.json schemas/config.schema.json fixtures/team/ README.md LICENSE CHANGELOG.md package.json
check "and nothing else" only 'dist/|schemas/|fixtures/team/|(README\.md|LICENSE|CHANGELOG\.md|package\.json)$'

# --- a newcomer in an empty folder
mkdir "$work/first" && cd "$work/first"
npm init -y >/dev/null
npm install --silent --prefer-offline --no-audit --no-fund "$tarball" >/dev/null
pointsman=(npx --no-install pointsman)

run "${pointsman[@]}" --version
check "--version is the package's" says "$(node -p 'require("pointsman/package.json").version')"
run node --input-type=module -e 'const { PointsmanError } = await import("pointsman"); console.log(PointsmanError.name)'
check "the library can be imported" says PointsmanError
echo 'import { PointsmanError } from "pointsman"; export const code: string = new PointsmanError("usage", "").code;' >use.ts
run "$project/node_modules/.bin/tsc" --noEmit --strict --target es2023 --module nodenext \
  --typeRoots "$project/node_modules/@types" --types node use.ts
check "its types are complete" exits 0
rm use.ts
run "${pointsman[@]}" init
check "init" exits 0
run "${pointsman[@]}" publish myuser/gptneo --image registry.example/gptneo:1
check "publish the first" exits 0
run "${pointsman[@]}" publish myuser/gptneo --image registry.example/gptneo:2 --format json
check "publish the second makes v2" json 'it.pointer === "myuser/gptneo:v2"'
second=$(field id)
run "${pointsman[@]}" set myuser/gptneo:latest myuser/gptneo:v2
check "set" exits 0
run git add $(ls -d pointers pointsman.yaml .gitignore 2>/dev/null)
check "git add" exits 0
run git -c user.name=Ada -c user.email=ada@example.com commit --quiet --message "Point latest at v2"
check "git commit" exits 0
run "${pointsman[@]}" plan
check "plan names the pointer" says "+ :latest"
run "${pointsman[@]}" plan --format json
check "plan creates it at the second upload" json \
  'it.changes.length === 1 && it.changes[0].action === "create" && it.changes[0].after.pipeline === values[0]' "$second"
run "${pointsman[@]}" sync
check "sync without --yes and without a terminal changes nothing" exits 1
run "${pointsman[@]}" sync --yes
check "sync --yes" exits 0
run "${pointsman[@]}" plan --detailed-exitcode
check "nothing is left to do" exits 0
run "${pointsman[@]}" list
check "list" says myuser/gptneo:latest
run "${pointsman[@]}" resolve myuser/gptneo:latest
check "resolve says the id" says "${second:-no id}"
run "${pointsman[@]}" resolve myuser/gptneo:latest --format json
check "resolve as JSON" json 'it.pointer === "myuser/gptneo:latest" && it.pipeline === values[0]' "$second"
run git status --porcelain --untracked-files=all -- . ':!node_modules' ':!package.json' ':!package-lock.json'
is_clean() { [[ $status -eq 0 && -z $output ]]; }
check "the registry's own files are ignored by git" is_clean

# --- without init
tells_how() { grep -Eq -- 'pointsman init|--remote|POINTSMAN_URL' "$work/stderr"; }
mkdir "$work/second" && cd "$work/second"
run "$work/first/node_modules/.bin/pointsman" plan
check "plan in an empty folder exits 1" exits 1
check "and says how to start" tells_how
check "and writes nothing" is_empty .

git init --quiet && mkdir -p pointers/myuser
printf 'pointers:\n  myuser/gptneo:latest: pipeline_abcd1234\n' >pointers/myuser/gptneo.yaml
git add . && git -c user.name=Ada -c user.email=ada@example.com commit --quiet --message "Start"
run "$work/first/node_modules/.bin/pointsman" sync --yes
check "sync without a remote exits 1" exits 1
check "and says how to name one" tells_how
check "and writes nothing" [ -z "$(git status --porcelain --ignored)" ]

printf '\n%s passed, %s failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]
