// `node click.mjs <installed package> <browser> <driver> <folder for pictures>`: the page, used as a cashier would.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { serve } from "./serve.mjs";

const [installed, executablePath, driver, pictures] = process.argv.slice(2);
const { chromium } = await import(pathToFileURL(driver).href);
const server = await serve(installed);
const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const browser = await chromium.launch({ executablePath, args: [...sandbox, "--disable-gpu", "--disable-dev-shm-usage"] });
const failures = [];
const expect = (what, found, wanted) => {
  if (found !== wanted) failures.push(`${what}: \`${found}\` instead of \`${wanted}\``);
};
try {
  const page = await browser.newPage({ viewport: { width: 800, height: 760 } });
  page.on("pageerror", (error) => failures.push(String(error.stack)));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.locator("body[data-ready]").waitFor();
  const text = (selector) => page.locator(selector).textContent();
  await page.getByRole("button", { name: "Decide" }).click();
  // 50.00 of tea twice over and 12.35 of bread once: 100 + 12.35, floored.
  expect("points for Li", await text("#points"), "112");
  await page.selectOption("select", "mo");
  await page.getByRole("button", { name: "Decide" }).click();
  // The same, half as much again: 150 + 18.525, floored.
  expect("points for Mo", await text("#points"), "168");
  expect("Mo's account", await text("#balance"), "168");
  await page.screenshot({ path: join(pictures, "decided.png") });
  await page.locator("#basket input[name=quantity]").first().fill("many");
  await page.getByRole("button", { name: "Decide" }).click();
  const error = await text("#error");
  if (!error.startsWith("wrong_type: ")) failures.push(`error line: \`${error}\``);
  await page.screenshot({ path: join(pictures, "error.png") });
} catch (error) {
  failures.push(String(error.stack));
} finally {
  await browser.close();
  server.close();
}
for (const failure of failures) console.log(`page: FAILED: ${failure}`);
console.log(`page: ${failures.length === 0 ? 1 : 0} passed, ${failures.length === 0 ? 0 : 1} failed`);
if (failures.length > 0) process.exitCode = 1;
