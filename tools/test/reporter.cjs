// Mocha's spec report for people; the counts and what failed as JSON for tools/test/run.mjs.
const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { reporters, Runner } = require('mocha');

const toFailure = ({ title, error }) => ({
	title,
	error: String(error?.stack ?? error?.message ?? error),
});

module.exports = class extends reporters.Spec {
	constructor(runner, options) {
		super(runner, options);
		const { output } = options.reporterOptions ?? {};
		if (!output) return;
		const failed = [];
		runner.on(Runner.constants.EVENT_TEST_FAIL, (test, error) =>
			failed.push(toFailure({ title: test.titlePath().join(' › '), error })),
		);
		runner.once(Runner.constants.EVENT_RUN_END, () => {
			const { passes, failures, pending } = this.stats;
			mkdirSync(dirname(output), { recursive: true });
			writeFileSync(output, JSON.stringify({ passes, failures, pending, failed }));
		});
	}
};
