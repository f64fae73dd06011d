package fake

const (
	beerNames = "Amber Anchor|Black Harbour Stout|Blue Heron Pale|Copper Kettle|Crooked Bridge|Dusty Road Dubbel|Golden Acre|Grey Wolf Porter|" +
		"Hazy Morning|Hop Lantern|Iron Gate Bock|Lost Lighthouse|Midnight Oatmeal|North Wind IPA|Old Mill Tripel|Quiet Monk|Red Barn Ale|" +
		"River Stone Lager|Rusty Anvil|Saint Hubert 10|Silver Pine Pilsner|Smoked Badger|Summer Wheat|Three Chimneys|Wandering Fox"
	beerStyles = "Amber Hybrid Beer|Barley Wine|Belgian Strong Ale|Bock|Brown Ale|Dark Lager|Dubbel|English Pale Ale|Fruit Beer|German Wheat Beer|" +
		"India Pale Ale|Kölsch|Lambic|Light Lager|Mild|Oatmeal Stout|Pilsner|Porter|Rye Beer|Saison|Scottish Ale|Smoked Beer|Sour Ale|Stout|Strong Ale|Tripel"
	beerHops = "Ahtanum|Amarillo|Bravo|Cascade|Centennial|Challenger|Chinook|Citra|Cluster|Columbus|Crystal|Fuggle|Galaxy|Galena|Goldings|" +
		"Hallertau|Hersbrucker|Liberty|Magnum|Mosaic|Mt. Hood|Northern Brewer|Nugget|Palisade|Perle|Saaz|Simcoe|Spalt|Sterling|Target|" +
		"Tettnang|Tradition|Warrior|Willamette"
	beerYeasts = "American Ale|American Lager|American Wheat|Bavarian Lager|Bavarian Wheat|Belgian Ale|Belgian Saison|Bohemian Lager|British Ale|" +
		"California Lager|Danish Lager|German Ale|Irish Ale|Kölsch|London Ale|Munich Lager|Pilsen Lager|Scottish Ale|Thames Valley|Trappist High Gravity"
	beerMalts = "Black malt|Caramel|Carapils|Chocolate malt|Munich|Pale|Pilsner|Roasted barley|Rye malt|Smoked malt|Special roast|Victory|Vienna|Wheat malt"

	chuckNorrisFacts = "Chuck Norris counted to infinity. Twice.|" +
		"Chuck Norris can divide by zero.|" +
		"Chuck Norris compiles his code by staring at it.|" +
		"Chuck Norris's tests pass before they are written.|" +
		"Chuck Norris does not need a retry: the server tries again.|" +
		"When Chuck Norris gets a 404, the page apologises.|" +
		"Chuck Norris's tokens never expire.|" +
		"Chuck Norris can unit test an entire application with a single assertion.|" +
		"Chuck Norris writes code that optimizes itself.|" +
		"No statement can catch the ChuckNorrisException.|" +
		"Chuck Norris finished World of Warcraft.|" +
		"Chuck Norris can delete the root folder and keep working."

	hamletQuotes = "To be, or not to be: that is the question.|" +
		"Neither a borrower nor a lender be.|This above all: to thine own self be true.|" +
		"Though this be madness, yet there is method in't.|Brevity is the soul of wit.|" +
		"There is nothing either good or bad, but thinking makes it so.|The lady doth protest too much, methinks.|" +
		"A little more than kin, and less than kind.|In my mind's eye.|Rich gifts wax poor when givers prove unkind.|" +
		"When sorrows come, they come not single spies, but in battalions."
	asYouLikeItQuotes = "All the world's a stage, and all the men and women merely players.|" +
		"Can one desire too much of a good thing?|Blow, blow, thou winter wind! Thou art not so unkind as man's ingratitude.|" +
		"True is it that we have seen better days.|For ever and a day.|" +
		"The fool doth think he is wise, but the wise man knows himself to be a fool."
	kingRichardQuotes = "Now is the winter of our discontent.|A horse! a horse! my kingdom for a horse!|" +
		"Conscience is but a word that cowards use, devised at first to keep the strong in awe.|" +
		"So wise so young, they say, do never live long.|Off with his head!|" +
		"An honest tale speeds best, being plainly told.|The king's name is a tower of strength."
	romeoAndJulietQuotes = "O Romeo, Romeo! wherefore art thou Romeo?|It is the east, and Juliet is the sun.|" +
		"Good night, good night! Parting is such sweet sorrow, that I shall say good night till it be morrow.|" +
		"What's in a name? That which we call a rose by any other name would smell as sweet.|" +
		"Wisely and slow; they stumble that run fast.|Tempt not a desperate man."

	heroPrefixes    = "The|Magnificent|Ultra|Illustrious|Agent|Cyborg|Dark|Giant|Mr|Doctor|Red|Green|General|Captain"
	heroSuffixes    = "I|II|III|IX|XI|Claw|Man|Woman|Machine|Strike|X|Eyes|Dragon|Skull|Fist|Ivy|Boy|Girl|Knight|Wolf|Lord|Brain"
	heroDescriptors = "Alien|Amber|Arctic|Arrow|Atomic|Bat|Blaze|Bolt|Brass|Comet|Cosmic|Crimson|Cyclone|Echo|Ember|Falcon|Frost|Ghost|Hawk|" +
		"Iron|Jade|Lightning|Lunar|Magma|Mystic|Night|Nova|Phantom|Quake|Raven|Rocket|Sand|Shadow|Silver|Solar|Spark|Steel|Storm|Thunder|Tiger|Titan|Vapor|Wasp"
	heroPowers = "Agility|Animal Control|Astral Projection|Camouflage|Cold Resistance|Duplication|Echolocation|Elasticity|Empathy|Energy Absorption|" +
		"Flight|Force Fields|Healing|Heat Vision|Hypnosis|Illusions|Immortality|Invisibility|Levitation|Magnetism|Mind Reading|Night Vision|" +
		"Phasing|Precognition|Shapeshifting|Sonic Scream|Super Speed|Super Strength|Telekinesis|Telepathy|Teleportation|Time Travel|" +
		"Underwater Breathing|Wall Crawling|Weather Control|X-Ray Vision"

	creatures = "ants|banshees|bats|bears|bees|birds|buffalo|cats|cattle|chickens|dogs|dolphins|dragons|ducks|elephants|fishes|foxes|frogs|geese|" +
		"giants|gnomes|goats|goblins|griffins|horses|kangaroos|lions|monkeys|owls|oxen|penguins|people|pigs|prophets|rabbits|sheep|sorcerers|" +
		"spirits|tigers|vampires|vixens|warlocks|werewolves|whales|witches|wolves|worshipers|zebras"
	sports = "archery|badminton|baseball|basketball|boxing|cricket|curling|fencing|field hockey|football|golf|handball|hockey|judo|lacrosse|polo|" +
		"rowing|rugby|sailing|soccer|squash|swimming|table tennis|tennis|volleyball|wrestling"
)

func (m *Maker) superhero() string {
	name := m.one(heroDescriptors)
	if m.bool() {
		name = m.one(heroPrefixes) + " " + name
	}
	if m.bool() {
		name += " " + m.one(heroSuffixes)
	}
	return name
}
