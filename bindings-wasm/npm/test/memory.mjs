// How much memory the package's instances hold: counted where they are made, as the package does not show it.

/** Notes every instance from now on. */
export function watch() {
  const instances = [];
  const noted = (made) => {
    instances.push(new WeakRef(made.instance ?? made));
    return made;
  };
  const { Instance } = WebAssembly;
  WebAssembly.Instance = new Proxy(Instance, { construct: (target, given) => noted(new target(...given)) });
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    if (original !== undefined) WebAssembly[name] = async (...given) => noted(await original.apply(WebAssembly, given));
  }
  return instances;
}

/** Bytes of the instances that are still there, and of the heap where it can be asked for. */
export async function measure(instances) {
  // Finalizers run between tasks, not within one.
  for (let turn = 0; turn < 3; turn += 1) {
    globalThis.gc?.();
    await new Promise((done) => setTimeout(done, 5));
  }
  const live = instances.map((instance) => instance.deref()).filter((instance) => instance !== undefined);
  const wasm = live.reduce((sum, instance) => sum + instance.exports.memory.buffer.byteLength, 0);
  const heap = globalThis.process?.memoryUsage?.().heapUsed ?? performance.memory?.usedJSHeapSize ?? 0;
  return { wasm, heap };
}
