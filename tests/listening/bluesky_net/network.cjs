// A whole network of Bluesky's own making. Says one line of JSON when it is there; each line it
// hears asks it to digest what was posted, and is answered; it ends with its input.
"use strict";
const { createRequire } = require("node:module");
const readline = require("node:readline");
const here = createRequire(process.env.CALMREPLY_NETWORK_PACKAGES + "/package.json");
const { TestNetwork } = here("@atproto/dev-env");

function say(words) {
  process.stdout.write(`\n@@${JSON.stringify(words)}\n`);
}

async function main() {
  const network = await TestNetwork.create({});
  say({ pds: network.pds.port });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === "end") break;
    try {
      await network.processAll(20000);
      say({ done: true });
    } catch (error) {
      say({ done: false, why: String(error) });
    }
  }
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
