import { satisfies } from 'semver';
import { defineCheck, ok, problem, type Verdict } from '../check.ts';

const NEEDED = '>=20.19.0';

export const nodeCheck = defineCheck({
	name: 'node',
	area: 'computer',
	observe: () => process.versions.node,
	judge: judgeNode,
});

/** @param version - of the Node that runs this program */
export function judgeNode(version: string): Verdict {
	if (satisfies(version, NEEDED)) return ok(`Node ${version}`);
	return problem(
		`this is Node ${version}; 20.19 or newer is needed`,
		"Install it from https://nodejs.org, or with your system's package nodejs.",
	);
}
