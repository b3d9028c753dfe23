// Two of Tailscale's own DERP clients at one relay: packets through it, and pings. Prints what it measured as JSON.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"sort"
	"strconv"
	"sync/atomic"
	"time"

	"tailscale.com/derp"
	"tailscale.com/derp/derphttp"
	"tailscale.com/net/netmon"
	"tailscale.com/types/key"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func connect(url string) (*derphttp.Client, key.NodePublic) {
	private := key.NewNode()
	client, err := derphttp.NewClient(private, url, func(string, ...any) {}, netmon.NewStatic())
	check(err)
	check(client.Connect(context.Background()))
	return client, private.Public()
}

// Longer than anything takes on loopback.
const patience = 200 * time.Millisecond

// Calls back for each message of a kind, for ever.
func each(client *derphttp.Client, take func(derp.ReceivedMessage)) {
	for {
		message, err := client.Recv()
		if err != nil {
			return
		}
		take(message)
	}
}

func median(values []float64) float64 {
	sort.Float64s(values)
	return values[len(values)/2]
}

// Usage: peer URL PACKET-BYTES WINDOW SECONDS PINGS
func main() {
	number := func(at int) int {
		value, err := strconv.Atoi(os.Args[at])
		check(err)
		return value
	}
	bytes, window, seconds, pings := number(2), number(3), number(4), number(5)
	from, _ := connect(os.Args[1])
	to, toKey := connect(os.Args[1])
	pongs := make(chan struct{}, 1)
	go each(from, func(message derp.ReceivedMessage) {
		if _, ok := message.(derp.PongMessage); ok {
			pongs <- struct{}{}
		}
	})
	tokens := make(chan struct{}, window)
	var received atomic.Int64
	go each(to, func(message derp.ReceivedMessage) {
		if _, ok := message.(derp.ReceivedPacket); ok {
			received.Add(1)
			select {
			case <-tokens:
			default:
			}
		}
	})

	packet := make([]byte, bytes)
	send := func(until time.Time) {
		for time.Now().Before(until) {
			select {
			case tokens <- struct{}{}:
			case <-time.After(patience):
				// The relay dropped some after all.
				for len(tokens) > 0 {
					<-tokens
				}
				continue
			}
			check(from.Send(toKey, packet))
		}
	}
	send(time.Now().Add(time.Second / 2))
	before, start := received.Load(), time.Now()
	send(start.Add(time.Duration(seconds) * time.Second))
	rate := float64(received.Load()-before) / time.Since(start).Seconds()
	time.Sleep(100 * time.Millisecond)

	rtts := make([]float64, pings)
	for at := range rtts {
		sentAt := time.Now()
		check(from.SendPing([8]byte{byte(at)}))
		select {
		case <-pongs:
		case <-time.After(patience):
		}
		rtts[at] = float64(time.Since(sentAt).Nanoseconds()) / 1e6
	}
	check(json.NewEncoder(os.Stdout).Encode(map[string]float64{"packetsPerSecond": rate, "rttMs": median(rtts)}))
}
