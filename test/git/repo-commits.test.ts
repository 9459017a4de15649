import { chmod, mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { maxFileSize } from "../../src/model/source-file.ts";
import { same, subjects, teamRefs } from "./both-readers.ts";
import { init, team } from "./make-repository.ts";

describe("git and isomorphic-git give the same answers about", () => {
  it("merges: an octopus, one that only its second parent explains, one that says what neither did", async () => {
    const made = await init();
    await made.write("pointers/a/one.yaml", "1\n");
    made.commit("Start");
    for (const name of ["x", "y", "z"]) {
      made.git("switch", "--quiet", "--create", name, "main");
      await made.write(`pointers/a/${name}.yaml`, `${name}\n`);
      made.commit(`Add ${name}`);
    }
    made.git("switch", "--quiet", "main");
    await made.write("other.txt", "x\n");
    made.commit("Elsewhere");
    made.git("merge", "--quiet", "-m", "Octopus", "x", "y", "z");
    made.git("switch", "--quiet", "--create", "stale", "x");
    made.git("switch", "--quiet", "main");
    made.git(
      "merge",
      "--quiet",
      "--strategy",
      "ours",
      "-m",
      "Nothing of it",
      "stale",
      "--allow-unrelated-histories",
    );
    made.git("switch", "--quiet", "--create", "late", "y");
    await made.write("pointers/a/y.yaml", "late\n");
    made.commit("Late");
    made.git("switch", "--quiet", "main");
    made.git("merge", "--quiet", "--no-ff", "--no-commit", "late");
    await made.write("pointers/a/one.yaml", "evil\n");
    await made.write("pointers/a/y.yaml", "evil\n");
    made.commit("Evil");
    // As if main had been merged into a branch, and the branch pushed as main: its first parents are the branch's.
    made.git("switch", "--quiet", "--create", "foxtrot", "z");
    made.git("merge", "--quiet", "--no-ff", "-m", "Foxtrot", "main");
    const paths = ["pointers/a/one.yaml", "pointers/a/x.yaml", "pointers/a/y.yaml", "pointers"];
    const foxtrot = await same(made.dir, { paths });
    expect(subjects(foxtrot)).toEqual(["Foxtrot", "Add z", "Start"]);
    made.git("switch", "--quiet", "main");
    const answers = await same(made.dir, { paths, refs: ["HEAD~1^3", "HEAD^2", "HEAD~2^4", "HEAD~1^2"] });
    expect(subjects(answers, "pointers/a/one.yaml")).toEqual(["Evil", "Start"]);
    expect(subjects(answers, "pointers/a/x.yaml")).toEqual(["Octopus"]);
  });

  it("rebased history: what HEAD came from is what counts, and what was left behind still resolves", async () => {
    const made = await team();
    const old = made.git("rev-parse", "feature");
    made.git("rebase", "--quiet", "main", "feature");
    const answers = await same(made.dir, { ...teamRefs, refs: [...teamRefs.refs, old, "ORIG_HEAD"] });
    expect(answers.refs[old]).toBe(old);
  });

  it("merge bases: of unrelated histories, of branches merged crosswise, of clocks that went wrong", async () => {
    const made = await team();
    made.git("switch", "--quiet", "--orphan", "island");
    await made.write("x", "x");
    made.commit("Land", "1500000000 +0000");
    made.git("switch", "--quiet", "main");
    made.git("branch", "left");
    made.git("branch", "right", "other");
    for (const [branch, date] of [
      ["left", "1700000000 +0000"],
      ["right", "1600000000 +0000"],
      ["left", "1000000000 +0000"],
      ["right", "1800000000 +0000"],
    ] as const) {
      made.git("switch", "--quiet", branch);
      await made.write(`${branch}.txt`, date);
      made.commit(`Go ${branch}`, date);
    }
    made.git("branch", "left-before", "left");
    made.git("switch", "--quiet", "left");
    made.git("merge", "--quiet", "--no-ff", "-m", "Cross", "right");
    made.git("switch", "--quiet", "right");
    made.git("merge", "--quiet", "--no-ff", "-m", "Cross back", "left-before");
    const answers = await same(made.dir, {
      pairs: [
        ["left", "right"],
        ["right", "left"],
        ["left-before", "right~2"],
        ["left~1", "right~1"],
        ["main", "right"],
        ["other", "left"],
        ["island", "main"],
        ["v1.0", "left"],
      ],
    });
    expect(answers.mergeBases["island main"]).toBeNull();
    expect(answers.mergeBases["left right"]).toBe(made.git("merge-base", "left", "right"));
  });

  it("changes of kind: a bit, a link, a folder where a file was, a file where a folder was", async () => {
    const made = await init();
    const file = "pointers/a/one.yaml";
    await made.write(file, "1\n");
    await made.write("pointers/a.yaml", "beside\n");
    await made.write("pointers/a-b/x.yaml", "beside\n");
    made.commit("File");
    await chmod(join(made.dir, file), 0o755);
    made.commit("Executable");
    await rm(join(made.dir, file));
    await symlink("../elsewhere", join(made.dir, file));
    made.commit("Link");
    await rm(join(made.dir, file));
    await made.write(`${file}/inside.yaml`, "2\n");
    made.commit("Folder");
    await rm(join(made.dir, "pointers/a"), { recursive: true });
    await made.write("pointers/a", "no folder\n");
    made.commit("File of the folder's name");
    await rm(join(made.dir, "pointers/a"));
    await mkdir(join(made.dir, "pointers/a"));
    await made.write(file, "3\n");
    made.commit("File again");
    const answers = await same(made.dir, { paths: ["pointers", file, "pointers/a", `${file}/inside.yaml`] });
    const changes = answers.history[file] as { subject: string; files: unknown[] }[];
    const id = (at: string): string => made.git("rev-parse", `${at}:${file}`);
    expect(Object.fromEntries(changes.map(({ subject, files }) => [subject, files]))).toMatchObject({
      Executable: [{ path: file, before: id("HEAD~5"), after: id("HEAD~4") }],
      Link: [{ path: file, before: id("HEAD~4"), after: null }],
      Folder: [
        { path: file, before: null, after: null },
        { path: `${file}/inside.yaml`, before: null },
      ],
      "File of the folder's name": [{ path: `${file}/inside.yaml`, after: null }],
      "File again": [{ path: file, before: null, after: id("HEAD") }],
    });
  });

  it("files of any name, and modes that only old programs wrote", async () => {
    const made = await init();
    const names = [
      `with space,"quoted",it's,back\\slash,tab\there,line\nbreak,\u0001start,-dash,:(glob)x,*.yaml,[a],ünïcode`,
      "日本,🚀,\uff5e,e\u0301,.dot,a.b,a-b,a,trailing ",
    ].flatMap((some) => some.split(",").map((name) => `pointers/${name}.yaml`));
    for (const name of names) await made.write(name, `${name}\n`);
    made.commit("All");
    await made.write(names[0]!, "changed\n");
    await made.write(names[6]!, "changed\n");
    made.commit("Two");
    const blob = made.git("rev-parse", `HEAD:${names[0]}`);
    const entry = (mode: string, name: string): string =>
      `${mode} ${name}\0${Buffer.from(blob, "hex").toString("latin1")}`;
    const tree = made.feed(
      Buffer.from(
        entry("100664", "a.yaml") + entry("100755", "b.yaml") + entry("100644", "\xff.yaml"),
        "latin1",
      ),
      ..."hash-object -t tree -w --literally --stdin".split(" "),
    );
    const sane = made.feed(`100644 blob ${blob}\ta.yaml\n`, "mktree");
    const head = made.git("commit-tree", "-m", "Old", "-p", "HEAD", tree);
    made.git("update-ref", "HEAD", made.git("commit-tree", "-m", "New", "-p", head, sane));
    const answers = await same(made.dir, { paths: ["pointers", ...names, "a.yaml"] });
    expect(subjects(answers, "a.yaml")).toEqual(["Old"]);
    for (const name of names)
      expect((answers.history[name] as { files: unknown }[]).at(-1)!.files).toHaveLength(1);
  });

  it("contents: too large, not there, no file at all", async () => {
    const made = await init();
    await made.write("pointers/big.yaml", Buffer.alloc(maxFileSize + 1, "a"));
    await made.write("pointers/full.yaml", Buffer.alloc(maxFileSize, "a"));
    await made.write("pointers/empty.yaml", "");
    await made.write("pointers/huge.bin", Buffer.alloc(40 * maxFileSize));
    await made.write(
      "pointers/bytes.yml",
      Uint8Array.from({ length: 256 }, (_, at) => at),
    );
    const commit = made.commit();
    const id = (path: string): string => made.git("rev-parse", `HEAD:pointers${path}`);
    const ids = ["/big.yaml", "/huge.bin", "", "/empty.yaml", "/bytes.yml", "/full.yaml"].map(id);
    const answers = await same(made.dir, { ids });
    const contents = new Map(answers.contents as [string, string | null][]);
    expect(ids.slice(0, 3).map((one) => contents.get(one))).toEqual([null, null, null]);
    expect(ids.slice(3, 5).map((one) => contents.get(one)?.length)).toEqual([0, 256]);
    expect(contents.get(ids[5]!)).toMatch(`${maxFileSize} bytes`);
    expect(contents.get(commit)).toBeNull();
    expect(answers.files["pointers"]).toMatchObject([
      { path: "pointers/big.yaml", kind: "file", bytes: null },
      { path: "pointers/bytes.yml", bytes: expect.stringContaining("A") },
      { path: "pointers/empty.yaml", bytes: "" },
      { path: "pointers/full.yaml" },
      { path: "pointers/huge.bin", bytes: null },
    ]);
  });

  it("commits as anybody can write them: subjects, names, encodings, dates", async () => {
    const made = await init();
    await made.write("pointers/a/one.yaml", "0\n");
    made.commit("Start");
    const raw = (subject: string, author: string, more = "", encoding: BufferEncoding = "utf8"): void => {
      const tree = made.git("rev-parse", "HEAD^{tree}");
      const parent = made.git("rev-parse", "HEAD");
      const text = `tree ${tree}\nparent ${parent}\nauthor ${author}\ncommitter ${author}\n${more}\n${subject}`;
      const args = ["hash-object", "-t", "commit", "-w", "--literally", "--stdin"];
      made.git("update-ref", "HEAD", made.feed(Buffer.from(text, encoding), ...args));
    };
    const ada = "Ada <ada@example.com> 1600000000 +0100";
    raw("\u0001" + "f".repeat(40), ada);
    raw(`\n\n  two  \r\n\tlines \n \n and a body\n`, ada);
    raw("\u001b[31mred\u001b[0m\u0007 \u202e\u2028\n", ada);
    raw(":100644 100644 0 0 M", ada);
    raw("", ada);
    raw("no line break at the end", "\u0001:evil \u001b[2J <x@y> 1600000000 +0100");
    raw("cut\0here\n", ada);
    raw("Gr\xfc\xdfe \x80\n", "J\xf6rg <j@x> 1600000000 +0000", "encoding ISO-8859-1\n", "latin1");
    raw("\x93\xfa\x96\x7b\n", "\x93\xfa <j@x> 1600000000 +0900", "encoding Shift_JIS\n", "latin1");
    raw("Gr\xfc\xdfe\n", "J\xf6rg <j@x> 1600000000 +0000", "encoding nonsense\n", "latin1");
    raw("undeclared \xfc\n", ada, "", "latin1");
    // Half of each of these letters is a no-break space, where it is taken byte by byte.
    raw("whole letters\n", "Šimon Niccolà <s@x> 1600000000 +0000");
    raw("other spaces\n", " \v\u00a0Ada \v\u00a0 \t<a@x> 1600000000 +0000");
    raw(
      "signed\n",
      ada,
      "gpgsig -----BEGIN PGP SIGNATURE-----\n parent x\n\n encoding x\n -----END-----\nencoding UTF-8\n",
    );
    const dates = `1600000000 -0330,1600000000 +0545,1600000000 -0000,1600000000 +1400,0 +0000,1 -1200,
      1600000000 +9999,1600000000 +051800,1600000000,99999999999999 +0000,253402300799 +0000,4102444800 +0100,
      1000000000 +0000,1300000000 -0130`;
    for (const date of dates.split(/,\s*/)) raw(`on ${date}`, `Ada <a@b> ${date}`);
    raw("brackets", "A <B> C <a<b@c>> 1600000000 +0100");
    raw("nobody", " <> 1600000000 +0100");
    raw("no date", "Ada <a@b>");
    await made.write("pointers/a/one.yaml", "1\n");
    made.commit("Last", "900000000 +0000");
    const answers = await same(made.dir);
    expect(subjects(answers, "pointers")).toEqual(["Last", "Start"]);
    const everything = answers.history["everything"] as { subject: string; author: string; date: string }[];
    const told = (start: string) => everything.find(({ subject }) => subject.startsWith(start));
    expect(told("Grü")).toMatchObject({ author: "Jörg" });
    expect(told("日本")).toMatchObject({ author: "日" });
    expect(told("whole letters")).toMatchObject({ author: "Šimon Niccolà" });
    expect(told("\u0001fff")).toBeDefined();
    expect(told("on 1600000000 -0330")).toMatchObject({ date: "2020-09-13T08:56:40-03:30" });
    expect(told("on 1600000000 -0000")).toMatchObject({ date: "2020-09-13T12:26:40+00:00" });
  });
});
