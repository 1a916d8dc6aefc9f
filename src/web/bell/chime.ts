// Two soft notes, a fifth apart: a short sound that is no alarm.
const NOTES_HZ = [659.25, 987.77]
const NOTE_S = 0.16
const LOUDNESS = 0.08

let player: AudioContext | undefined

/** Plays the sound of a notification. A browser that wants a click first plays nothing, and that is all. */
export async function playChime(): Promise<void> {
  try {
    player ??= new AudioContext()
    if (player.state === 'suspended') await player.resume()
    for (const [place, hz] of NOTES_HZ.entries()) playNote(player, hz, player.currentTime + place * NOTE_S)
  } catch (error) {
    console.warn('no sound', error)
  }
}

function playNote(audio: AudioContext, hz: number, startS: number): void {
  const tone = audio.createOscillator()
  const volume = audio.createGain()
  tone.frequency.value = hz
  volume.gain.setValueAtTime(0, startS)
  volume.gain.linearRampToValueAtTime(LOUDNESS, startS + 0.02)
  volume.gain.exponentialRampToValueAtTime(0.0001, startS + NOTE_S * 2)
  tone.connect(volume).connect(audio.destination)
  tone.start(startS)
  tone.stop(startS + NOTE_S * 2)
}
