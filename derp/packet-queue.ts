/** A packet and who sent it. Both are the receiver's: nothing changes them later. */
export interface DerpPacket {
  /** The sender's public key, 32 bytes. */
  readonly source: Uint8Array;
  readonly packet: Uint8Array;
}

export interface QueueLimits {
  /** Packets that wait at most. Default 1024. */
  readonly packets?: number;
  /** Bytes in them at most, keys included. Default 1 MiB. */
  readonly bytes?: number;
}

/** Packets that nobody has taken yet. */
export interface PacketQueue {
  /** Where there is no room the oldest make it: of packets that wait too long, late ones are worth least. */
  push(packet: DerpPacket): void;
  /** No packet follows: those who wait are told, once they have taken what is left. */
  end(): void;
  /** Packets that made room for others. */
  readonly dropped: number;
  /** Several readers share the packets: each goes to one of them. */
  [Symbol.asyncIterator](): AsyncGenerator<DerpPacket, void>;
}

const bytesOf = ({ source, packet }: DerpPacket): number => source.length + packet.length;

export function createPacketQueue({ packets: mostPackets = 1024, bytes: mostBytes = 1 << 20 }: QueueLimits): PacketQueue {
  const waiting: DerpPacket[] = [];
  let waitingBytes = 0;
  let dropped = 0;
  let isOver = false;
  const wakers: (() => void)[] = [];

  const wake = (): void => {
    for (const waker of wakers.splice(0)) waker();
  };
  const take = (): DerpPacket | undefined => {
    const packet = waiting.shift();
    if (packet) waitingBytes -= bytesOf(packet);
    return packet;
  };

  return {
    push(packet) {
      waiting.push(packet);
      waitingBytes += bytesOf(packet);
      while (waiting.length > mostPackets || waitingBytes > mostBytes) {
        take();
        dropped++;
      }
      if (wakers.length > 0) wake();
    },
    end() {
      isOver = true;
      wake();
    },
    get dropped() { return dropped; },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        for (let packet = take(); packet; packet = take()) yield packet;
        if (isOver) return;
        await new Promise<void>((resolve) => { wakers.push(resolve); });
      }
    },
  };
}
