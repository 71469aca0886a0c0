// Mocha's spec report for people, and the counts as JSON for tools/test/run.mjs.
const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { reporters, Runner } = require('mocha');

module.exports = class extends reporters.Spec {
	constructor(runner, options) {
		super(runner, options);
		const { output } = options.reporterOptions ?? {};
		if (!output) return;
		runner.once(Runner.constants.EVENT_RUN_END, () => {
			const { passes, failures, pending } = this.stats;
			mkdirSync(dirname(output), { recursive: true });
			writeFileSync(output, JSON.stringify({ passes, failures, pending }));
		});
	}
};
