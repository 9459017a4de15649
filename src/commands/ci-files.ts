import { shellWord } from "./shell-word.ts";

/** Where the action and its documentation are. */
export const home = "https://github.com/pointsman/pointsman";

/** What a CI's file is made for. */
export interface CiTarget {
  /** The branch that is synced. */
  readonly branch: string;
  /** The folder of the pointer repository, from the root of the git repository; "" where it is that root. */
  readonly folder: string;
  /** The variable that the remote's token is in. */
  readonly token: string;
  /** Of pointsman, which is pinned. */
  readonly version: string;
}

/** The CIs that `init --ci` knows, and the file of each. */
export const ciFiles = {
  github: { path: ".github/workflows/pointsman.yml", text: githubWorkflow },
  gitlab: { path: ".gitlab-ci.yml", text: gitlabPipeline },
} as const satisfies Record<string, { path: string; text: (target: CiTarget) => string }>;

function githubWorkflow({ branch, folder, token, version }: CiTarget): string {
  return `# Made by \`pointsman init --ci github\`. What each part is for: ${home}/blob/v${version}/docs/ci.md
name: pointsman

on:
  # Not pull_request_target: a request is checked without any secret that it could get at.
  pull_request:
    types: [opened, reopened, synchronize, edited] # edited: it may be for another branch now
  merge_group:
  push:
    branches: [${quoted(branch)}]
  schedule:
    - cron: "17 5 * * *" # looks for pointers that somebody moved by hand
  workflow_dispatch:

permissions:
  contents: read
  pull-requests: write # the comment
  issues: write # the issue about what was moved by hand

# Of a request only the newest commit counts; syncs wait for each other, and none is cut off. GitHub keeps one run waiting:
# a schedule is in a group of its own, so that it takes no sync's place.
concurrency:
  group: pointsman-\${{ github.event.pull_request.number || github.event_name == 'schedule' && 'schedule' || github.ref }}
  cancel-in-progress: \${{ github.event_name == 'pull_request' }}

jobs:
  pointers:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          fetch-depth: 0 # history says why the remote differs
      - uses: ${home.replace("https://github.com/", "")}@v${version}
${folder === "" ? "" : `        with:\n          working-directory: ${quoted(folder)}\n`}        env:
          ${token}: \${{ secrets.${token} }}
`;
}

function gitlabPipeline({ branch, folder, token, version }: CiTarget): string {
  // GitLab knows no escapes in the texts of its rules, but two quotes.
  const quote = branch.includes('"') ? "'" : '"';
  return `# Made by \`pointsman init --ci gitlab\`. What each part is for: ${home}/blob/v${version}/docs/ci.md
# ${token} is the registry's token, POINTSMAN_GITLAB_TOKEN one of this project with the scope api.
pointsman:
  image: node:22
  variables:
    GIT_DEPTH: "0" # history says why the remote differs
    POINTSMAN_PACKAGE: pointsman@${version}
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_PIPELINE_SOURCE == "schedule"
    - if: $CI_COMMIT_BRANCH == ${quote}${branch}${quote}
  # Syncs wait for each other, and none is cut off.
  resource_group: pointsman-$CI_COMMIT_REF_SLUG
  interruptible: false
  script:
    # In a folder of its own: the checkout's .npmrc, package.json and node_modules are not looked at.
    - |
      cd "$(mktemp -d)"
      echo '{ "private": true }' >package.json
      npm install --engine-strict --ignore-scripts --no-audit --no-fund --loglevel=error -- "$POINTSMAN_PACKAGE"
      node node_modules/pointsman/dist/cli.cjs -C "$CI_PROJECT_DIR"${folder === "" ? "" : `/${shellWord(folder)}`} ci
  artifacts:
    when: always
    paths:
      - pointsman-report.json
    reports:
      codequality: gl-code-quality-report.json
`;
}

/** A text as YAML takes it for one. */
function quoted(text: string): string {
  return /^[A-Za-z][\w./-]*$/.test(text) ? text : JSON.stringify(text);
}
