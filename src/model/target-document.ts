import type { TargetState } from './target.ts';

/**
 * Decodes a device's part of a target state document (contract 4.1: the object under the device's uuid). An app that
 * cannot be decoded is among `rejected`, with one sentence a fault and its path; the others are not affected. The
 * supervisor's own app and host apps without services of ours are left out.
 * @throws {SupervisorError} TARGET_INVALID when the document as a whole has not the required form
 */
export function decodeTargetDevice(_document: unknown): TargetState {
	return { deviceName: '', config: {}, apps: [], rejected: [] };
}
