import { type Command, InvalidArgumentError, Option } from "commander";
import { collect, readCount, wholeNumber } from "./arguments.ts";

const readFolder = notEmpty("It is empty, and names no folder.");
/** An empty one would listen on every address. */
const readHost = notEmpty("It is empty, and names no address; every address is 0.0.0.0 or ::.");
/** Node's timers go off at once where they are set for longer than 24 days. */
const readSeconds = wholeNumber(
  "It is in seconds, without a unit: a number from 1 to 999999, such as 300.",
  999_999,
);

/** The options of `serve`. */
export function withServing(to: Command): Command {
  return withData(to)
    .option("--host <host>", "the address to listen on", readHost, "127.0.0.1")
    .option("--port <port>", "the port to listen on; 0 takes a free one", readPort, 8787)
    .option(
      "--allow-upstream <host[:port]>",
      "a host that pipelines may run on; may be given again (default: this machine alone)",
      collect,
    )
    .option(
      "--run-timeout <seconds>",
      "how long a pipeline may take to begin its answer to a run",
      readSeconds,
      290,
    )
    .addOption(logLevel)
    .option(
      "--trust-proxy [addresses]",
      "believe the x-forwarded-for of proxies there, with commas between (default: private networks)",
      readAddresses,
    )
    .option("--rate-limit <requests>", "how many requests a second each token may make", readCount)
    .option(
      "--image-registry <url>",
      "the Docker registry that images are pushed to, host[:port][/path]",
      readImageRegistry,
      "localhost:5000",
    )
    .option(
      "--shutdown-timeout <seconds>",
      "how long requests under way may take when it stops",
      readSeconds,
      25,
    );
}

/**
 * Where a registry's data is.
 * @param unnamed what counts where it is not said
 */
export function withData(to: Command, unnamed = "default: .pointsman/ of the pointer repository"): Command {
  return to
    .option("--data <dir>", `where the registry keeps its data (${unnamed})`, readFolder)
    .addOption(
      new Option(
        "--database <url>",
        "the PostgreSQL database where it keeps it instead: postgres://…",
      ).conflicts("data"),
    );
}

/** @throws InvalidArgumentError with these words, from the reader that it gives */
function notEmpty(needed: string) {
  return (text: string): string => {
    if (text.trim() !== "") return text;
    throw new InvalidArgumentError(needed);
  };
}

/** @throws InvalidArgumentError */
function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a number from 0 to 65535.");
}

const logLevel = new Option(
  "--log-level <level>",
  "what is logged to stderr, a JSON object a line (default: info; warn where that is a terminal)",
).choices(["debug", "info", "warn", "error", "silent"]);

/** @throws InvalidArgumentError */
function readAddresses(text: string): readonly string[] {
  const addresses = text.split(",").map((address) => address.trim());
  const wrong = addresses.find((address) => !isNetwork(address));
  if (wrong === undefined) return addresses;
  throw new InvalidArgumentError(`${wrong || "Nothing"} is no address or network such as 10.0.0.0/8.`);
}

const namedNetworks = ["loopback", "linklocal", "uniquelocal"];
const ipv4 = /^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?!$)|$)){4}$/;
const ipv6Letters = /^[\da-f.]*:[\da-f:.]*$/i;

function isNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  // Not node:net's isIP: all that listens and connects would be loaded with it, for every command.
  const isIpv4 = ipv4.test(address);
  const isIpv6 = ipv6Letters.test(address) && URL.canParse(`http://[${address}]`);
  if (!isIpv4 && !isIpv6) return namedNetworks.includes(text);
  return (
    rest.length === 0 &&
    (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= 128 / (isIpv4 ? 4 : 1)))
  );
}

/** @throws InvalidArgumentError */
function readImageRegistry(text: string): string {
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/[a-z0-9._-]+)*$/.test(text)) return text;
  throw new InvalidArgumentError("It is written as in an image's name, such as registry.example.com/models.");
}
