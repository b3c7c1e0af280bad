import { defineStore } from 'pinia'
import { computed, type EffectScope, effectScope, ref } from 'vue'
import { useLive } from '../live/useLive.ts'
import { useSession } from '../session/useSession.ts'
import { bannersFor, type WayOut } from './bar/banners.ts'
import { useDeskSocket } from './useDeskSocket.ts'
import { useSoftphone } from './useSoftphone.ts'
import { makeActs, takeWayOut } from './work/acts.ts'
import { followDesk, type Signs } from './work/following.ts'
import { makeStanding } from './work/standing.ts'

const autoAnswerKey = 'hotline.auto-answer'

/** The agent's desk: socket, telephone, form and bell as one thing, alive on every page that the agent looks at. */
export const useDesk = defineStore('desk', () => {
  const session = useSession()
  const live = useLive()
  const socket = useDeskSocket()
  const phone = useSoftphone()
  let scope: EffectScope | null = null

  const standing = makeStanding()
  const { me, isInCall } = standing
  const signs: Signs = {
    isServerAway: ref(false),
    isLineLost: ref(false),
    isRingSilenced: ref(false),
    rejoin: ref('none'),
    askRejoin: () => {},
    leave: () => {},
    isKeypadOpen: ref(false),
    digits: ref(''),
    told: ref(null),
    // Wrap-up without a word: asked once for the call's result.
    asksResult: ref(false),
    autoAnswers: ref(localStorage.getItem(autoAnswerKey) === 'on'),
  }
  const acts = makeActs(standing, signs)

  const banners = computed(() =>
    bannersFor({
      isServerAway: signs.isServerAway.value,
      serverTries: live.tries,
      desk: socket.state,
      refusal: socket.refusal,
      line: phone.line,
      isLineLost: signs.isLineLost.value,
      lineTries: phone.tries,
      isPhoneMissing: phone.loadFailed,
      mic: phone.micTrouble,
      isSoundBlocked: phone.isSoundBlocked,
      isRingSilenced: signs.isRingSilenced.value,
      rejoin: signs.rejoin.value,
      isInCall: isInCall.value,
      soundArrives: phone.soundArrives,
      isOwnPhone: phone.isOn,
      me: me.value,
      forced: socket.view.forced,
      breaks: session.view?.site.breakReasons ?? [],
      told: signs.told.value,
    }),
  )

  function start(): void {
    if (scope) return
    scope = effectScope(true)
    scope.run(() => {
      socket.start()
      followDesk(standing, signs)
    })
  }

  function stop(): void {
    scope?.stop()
    scope = null
    // The log-in ended elsewhere: the new desk goes on with the call, so nothing is said about it here.
    phone.stop({ quietly: session.ended !== null })
    socket.stop()
  }

  function setAutoAnswer(is: boolean): void {
    signs.autoAnswers.value = is
    localStorage.setItem(autoAnswerKey, is ? 'on' : 'off')
  }

  const { isKeypadOpen, digits, autoAnswers, asksResult } = signs
  return {
    ...standing,
    ...acts,
    ...{ isKeypadOpen, digits, autoAnswers, asksResult, banners },
    ...{ start, stop, setAutoAnswer },
    wayOut: (does: WayOut) => takeWayOut(does, acts, signs),
  }
})
