// Node.js 18 has Web Crypto, but not as a global.
import { webcrypto } from "node:crypto";

if (globalThis.crypto === undefined) Object.defineProperty(globalThis, "crypto", { value: webcrypto });
