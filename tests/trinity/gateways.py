"""Configurations of gateways with telephone lines, in the shapes of shipping Trinity templates (NV); names are ours."""

ISDN = """\
cli version 4.00
clock local default-offset +01:00

web-server
  protocol http port 80
  no protocol https
  use profile aaa DEFAULT
  no shutdown

system
  clock-source 1 bri 0 0
  clock-source 2 e1t1 0 1

profile call-progress-tone DT-AS

profile tone-set DEFAULT

profile voip DEFAULT
  codec 1 g729 rx-length 20 tx-length 20
  srtp transmission preferred

profile pstn DEFAULT

profile rip DEFAULT

context ip ROUTER

  interface WAN
    ipaddress WAN 192.0.2.10 255.255.255.0

  bgp
    shutdown

  rip
    shutdown

nodems-client
  server auto-discover
  resource any
  shutdown

profile ppp DEFAULT

cwmp-client
  shutdown

  stun
    shutdown

context cs SWITCH
  national-prefix 0
  no shutdown

  mapping-table called-e164 to called-e164 CUT
    map 200(.%) to \\1

  routing-table called-e164 RT_TO_SIP
    route .%T dest-interface IF_SIP

  routing-table called-e164 RT_TO_ISDN
    route 200.% dest-service HG_ISDN CUT

  interface isdn IF_ISDN_00
    route call dest-table RT_TO_SIP
    call-reroute emit
    diversion emit
    caller-name
    caller-name ignore-absence 0
    user-side-ringback-tone

  interface sip IF_SIP
    bind context sip-gateway GW
    route call dest-table RT_TO_ISDN
    remote pbx.example 5060
    privacy

  service hunt-group HG_ISDN
    drop-cause user-busy
    unavailable drop transparent
    route call 1 dest-interface IF_ISDN_00

context sip-gateway GW

  interface IF_GW
    transport-protocol udp+tcp 5060
    no transport-protocol tls
    bind ipaddress ROUTER WAN WAN

context sip-gateway GW
  no shutdown

sip-survivability
  shutdown

port ethernet 0 0
  bind interface ROUTER WAN
  no shutdown

port bri 0 0
  clock auto
  encapsulation q921

  q921
    permanent-layer2
    protocol pp
    uni-side auto
    encapsulation q931

    q931
      protocol dss1
      uni-side user
      max-calls 2
      channel-range 0 1
      encapsulation cc-isdn
      bind interface SWITCH IF_ISDN_00

port bri 0 0
  no shutdown

port e1t1 0 1
  port-type e1
  clock auto
  framing crc
  encapsulation q921

  q921
    uni-side auto
    encapsulation q931

    q931
      protocol dss1
      uni-side user
      encapsulation cc-isdn

port e1t1 0 1
  no shutdown
"""

FXO = """\
clock local default-offset +01:00

web-server http
  use profile aaa DEFAULT
  no shutdown

web-server https
  use profile aaa DEFAULT
  shutdown

profile provisioning PF_CONFIG
  destination configuration
  location 1 tftp://192.0.2.1/$(system.mac).cfg
  location 2 tftp://$(dhcp.66)/$(system.mac).cfg
  activation reload immediate

profile fxo DEFAULT
  electrical-standard etsi
  caller-id standard fsk-etsi
  disconnect-signal polarity-reversal
  disconnect-signal busy-tone

profile call-progress-tone BUSY
  play 1 200 first-tone 425 -7
  pause 2 200

profile call-progress-tone ALERTING
  play 1 1000 425 -7
  pause 2 4000

context cs SWITCH

  interface fxo IF_FXO_0
    dial after 1 seconds
    route call dest-interface IF_SIP

  interface sip IF_SIP
    bind context sip-gateway GW
    route call dest-interface IF_FXO_0

context cs SWITCH
  no shutdown

location-service LS
  domain 1 pbx.example

  identity 200
    registration outbound
      registrar pbx.example
      proxy 1 proxy.example tls-port 5061

port fxo 0 0
  subscriber-number 200
  bind interface SWITCH IF_FXO_0
  no shutdown
"""
