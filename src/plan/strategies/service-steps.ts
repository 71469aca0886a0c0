import { unreachable } from '../../kit/unreachable.ts';
import type { Step } from '../../model/plan.ts';
import type { AppScene } from '../app-scene.ts';
import type { ServiceDecision } from '../service-decision.ts';
import { outgoingOf } from '../strategy.ts';
import { deleteThenDownload } from './delete-then-download.ts';
import { downloadThenKill } from './download-then-kill.ts';
import { handOver } from './hand-over.ts';
import { killThenDownload } from './kill-then-download.ts';

/** The steps of one service, in the shape of its strategy. */
export function serviceSteps(decision: ServiceDecision, scene: AppScene): Step[] {
	const { strategy } = decision;
	switch (strategy) {
		case 'download-then-kill':
			return downloadThenKill(decision, scene);
		case 'kill-then-download':
			return killThenDownload(decision, scene);
		case 'delete-then-download':
			return deleteThenDownload(decision, scene);
		case 'hand-over': {
			const outgoing = outgoingOf(decision);
			return outgoing === undefined
				? downloadThenKill(decision, scene)
				: handOver(decision, outgoing, scene);
		}
		default:
			return unreachable(strategy);
	}
}
