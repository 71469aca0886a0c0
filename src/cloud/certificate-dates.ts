import tls from 'node:tls';
import type { Socket } from 'node:net';
import { SupervisorError } from '../kit/errors.ts';

/** When a certificate holds. */
export interface CertificateDates {
	readonly from: Date;
	readonly to: Date;
}

/** The other side's certificate does not hold now, by the clock of this device. */
export class CertificateDatesError extends SupervisorError {
	readonly dates: CertificateDates;

	constructor(message: string, { dates, cause }: { dates: CertificateDates; cause: unknown }) {
		super(message, { code: 'CLOUD_UNREACHABLE', cause });
		this.dates = dates;
	}

	/** True when the clock was set meanwhile, so that another attempt is worth while. */
	fits(now: Date): boolean {
		return holdsAt(this.dates, now);
	}
}

export function holdsAt({ from, to }: CertificateDates, now: Date): boolean {
	return from <= now && now <= to;
}

/** What is wrong, in words; the clock and the certificate are both told, as either may be the wrong one. */
export function clockTrouble({ from, to }: CertificateDates, now: Date): string {
	const clock = `the clock of this device says ${minuteOf(now)}`;
	return now < from
		? `its certificate is not yet valid: ${clock}, the certificate is valid from ${minuteOf(from)}; the clock seems to be wrong`
		: `its certificate has expired: ${clock}, the certificate was valid until ${minuteOf(to)}; one of them is wrong`;
}

function minuteOf(date: Date): string {
	return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/**
 * Tells the dates of the certificates that the other side shows, before they are judged: Node's failure does not carry
 * them, and afterwards the connection is gone.
 */
export function watchCertificates(
	socket: Socket,
	onSeen: (chain: readonly CertificateDates[]) => void,
): void {
	if (!(socket instanceof tls.TLSSocket)) return;
	socket.prependOnceListener('secure', () => onSeen(chainOf(socket.getPeerCertificate(true))));
}

/** Of the chain, that of the host first; an authority at its end names itself as its issuer. */
function chainOf(first: Partial<tls.DetailedPeerCertificate> | undefined): CertificateDates[] {
	const chain: CertificateDates[] = [];
	const seen = new Set<unknown>();
	for (let one = first; one !== undefined && !seen.has(one); one = one.issuerCertificate) {
		seen.add(one);
		const dates = {
			from: new Date(Date.parse(one.valid_from ?? '')),
			to: new Date(Date.parse(one.valid_to ?? '')),
		};
		if (!Number.isNaN(dates.from.getTime()) && !Number.isNaN(dates.to.getTime())) chain.push(dates);
	}
	return chain;
}
